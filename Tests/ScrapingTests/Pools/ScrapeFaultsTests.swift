import NIOHTTP1
import NIOSSL
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import Scraping

@Suite("What operators hear of scraping", .serialized, .timeLimit(.minutes(2)))
struct ScrapeFaultsTests {
    private static let text = [("Content-Type", "text/plain")]

    @Test(
        "A target that gives no metrics says in plain words why, and what to do",
        arguments: [
            (
                PageServer.Answer(headers: text + [("Content-Encoding", "gzip")], body: "a 1\n"),
                "the answer says that it is compressed, but cannot be unpacked; mend the target, or set enable_compression: false"
            ),
            (
                PageServer.Answer(headers: text + [("Content-Encoding", "br")], body: "a 1\n"),
                "the answer is compressed with br, which was not asked for; mend the target, or set enable_compression: false"
            ),
            (
                PageServer.Answer(body: String(repeating: "#", count: 5000)),
                "the answer is longer than body_size_limit (4 KiB)"
            ),
            (PageServer.Answer(status: .notFound), "the target answered with HTTP status 404; correct metrics_path"),
            (
                PageServer.Answer(status: .unauthorized),
                "the target answered with HTTP status 401; set basic_auth or authorization, or correct what they say"
            ),
            (
                PageServer.Answer(status: .found, headers: [("Location", "/metrics")]),
                "ADDRESS redirects again and again; correct metrics_path, or set follow_redirects: false"
            ),
            (
                PageServer.Answer(body: "a 1\n{{\n"),
                "the page cannot be read: line 2: a metric's name with its labels was expected, "
                    + "such as up{job=\"mx\"}"
            ),
        ])
    func answers(answer: PageServer.Answer, reason: String) async throws {
        let server = try await PageServer.start { _ in answer }
        var job = ScrapeConfiguration.job(at: server.address)
        job.limits.bodyBytes = 4096
        #expect(try await reasonOf(job) == reason.replacing("ADDRESS", with: server.address))
        try await server.stop()
    }

    @Test("Where nobody listens, the exporter is to be started")
    func nobody() async throws {
        let server = try await PageServer.start(page: "")
        let address = server.address
        try await server.stop()
        #expect(
            try await reasonOf(.job(at: address))
                == "nothing listens at \(address) (connection refused); start the exporter, or correct the port")
    }

    @Test("Encryption that fails says what to set")
    func encryption() async throws {
        let encrypted = try await PageServer.start(tls: try TestCertificates.server()) { _ in PageServer.Answer(body: "a 1\n") }
        let plain = try await PageServer.start(page: "a 1\n")
        let unencrypted = try await reasonOf(.job(at: encrypted.address))
        #expect(unencrypted.hasSuffix("set scheme: https if it waits for encryption"), "\(unencrypted)")
        var job = ScrapeConfiguration.job(at: plain.address)
        job.scheme = "https"
        #expect(try await reasonOf(job) == "\(plain.address) does not encrypt; set scheme: http")
        job = .job(at: encrypted.address)
        job.scheme = "https"
        #expect(try await reasonOf(job).contains("ca_file of tls_config"))
        let directory = TestDirectory()
        try directory.write(Array(TestCertificates.authority.utf8), to: "ca.pem")
        job.access.tls.authorityFile = "\(directory.path)/ca.pem"
        #expect(try await reasonOf(job).contains("server_name of tls_config"))
        try await encrypted.stop()
        try await plain.stop()
    }

    @Test("A target that is down for hours is told of when that begins, when the reason changes, once an hour, and when it ends")
    func quiet() async throws {
        let server = try await PageServer.start { _ in PageServer.Answer(status: .notFound) }
        var job = ScrapeConfiguration.job(at: server.address)
        job.interval = .seconds(60)
        try await ScrapeTrial.run([job]) { trial async throws in
            for _ in 0..<90 { _ = try await trial.afterwards(.seconds(60)) }
            server.answer.value = { _ in PageServer.Answer(status: .badGateway) }
            for _ in 0..<5 { _ = try await trial.afterwards(.seconds(60)) }
            server.answer.value = { _ in PageServer.Answer(body: "a 1\n") }
            for _ in 0..<5 { _ = try await trial.afterwards(.seconds(60)) }
            await trial.clock.sleepers(reach: 1)
            let first = "the target answered with HTTP status 404; correct metrics_path"
            let second = "the target answered with HTTP status 502; look into the target's own log"
            #expect(
                trial.told.value == [
                    "A target gives no metrics: \(first)", "A target still gives no metrics: \(first)",
                    "A target still gives no metrics: \(second)", "A target gives metrics again",
                ])
        }
        try await server.stop()
    }

    @Test("Samples that cannot be stored are counted for each page, and told when that begins and ends")
    func lost() async throws {
        struct Moody: RemoteWriteReceiving {
            let isFull: Shared<Bool>
            func write(_ body: RemoteWriteBody) async throws -> WriteReport {
                if isFull.value { throw WriteRefusal.overloaded }
                return WriteReport()
            }
        }
        let isFull = Shared(true)
        let server = try await PageServer.start(page: "a 1\n")
        try await ScrapeTrial.run([.job(at: server.address)], receivers: [Moody(isFull: isFull)]) { trial async throws in
            for _ in 0..<5 { _ = try await trial.afterwards() }
            await trial.clock.sleepers(reach: 1)
            #expect(
                await trial.service.activeTargets().first?.lastError
                    == "the samples could not be stored: too many samples are on their way into the store; send them again in a moment")
            isFull.value = false
            for _ in 0..<5 { _ = try await trial.afterwards() }
            await trial.clock.sleepers(reach: 1)
            #expect(trial.count(of: "scraped_pages_lost") == 5)
            #expect(
                trial.told.value == [
                    "Scraped samples could not be stored: too many samples are on their way into the store; send them again in a moment",
                    "Scraped samples are stored again",
                ])
        }
        try await server.stop()
    }

    @Test("A list of targets that cannot be had is told of when that begins and ends")
    func discovery() async throws {
        let server = try await PageServer.start { _ in PageServer.Answer(status: .serviceUnavailable) }
        var job = ScrapeConfiguration.job()
        job.discoveries = [.address(.init(url: "http://\(server.address)/sd"))]
        try await ScrapeTrial.run([job]) { trial async throws in
            for attempt in 1...5 {
                while trial.count(of: "target_discoveries_failed") < Double(attempt) { await Task.yield() }
                if attempt == 5 { break }
                await trial.clock.sleepers(reach: 1)
                trial.clock.advance(by: .seconds(60))
            }
            server.answer.value = { _ in
                PageServer.Answer(headers: [("Content-Type", "application/json")], body: "[]")
            }
            await trial.clock.sleepers(reach: 1)
            trial.clock.advance(by: .seconds(60))
            while trial.count(of: "target_discoveries_recovered") == 0 { await Task.yield() }
            #expect(trial.count(of: "target_discoveries_failed") == 5)
            #expect(
                trial.told.value == [
                    "Targets could not be discovered: the answer is HTTP status 503; correct url and credentials, "
                        + "or look into the log of who gave it",
                    "Targets are discovered again",
                ])
        }
        try await server.stop()
    }

    @Test("Targets that make no sense are told of together, once, whatever their number")
    func senseless() async throws {
        let directory = TestDirectory()
        @Sendable func write(_ targets: [String]) throws {
            try directory.write(Array("[{\"targets\": \(targets)}]".utf8), to: "t.json")
        }
        try write(["a/b", "c/d", "e/f"])
        var job = ScrapeConfiguration.job()
        job.discoveries = [.files(.init(patterns: ["\(directory.path)/*.json"]))]
        try await ScrapeTrial.run([job]) { trial async throws in
            while trial.count(of: "target_discoveries_failed") < 1 { await Task.yield() }
            try write([])
            while trial.count(of: "target_discoveries_recovered") < 1 {
                trial.clock.advance(by: .seconds(5))
                await Task.yield()
            }
            #expect(
                trial.told.value == [
                    "Targets could not be discovered: \"a/b\" is no address of the form host:port; correct __address__; and 2 more like it",
                    "Targets are discovered again",
                ])
        }
    }

    @Test("Each target's metric families are known by its labels")
    func metadata() async throws {
        let one = try await PageServer.start(page: "# TYPE a gauge\n# HELP a One.\na 1\n")
        let other = try await PageServer.start(page: "# TYPE b counter\nb 1\n")
        try await ScrapeTrial.run([.job("one", at: one.address), .job("other", at: other.address)]) { trial async throws in
            _ = try await trial.afterwards(sleepers: 2)
            _ = try await trial.next()
            await trial.clock.sleepers(reach: 2)
            let known = await trial.service.targetMetadata()
            #expect(known.map { $0.labels["job"] } == ["one", "other"])
            #expect(known.map(\.families) == [["a": MetricMetadata(kind: .gauge, help: "One.")], ["b": MetricMetadata(kind: .counter)]])
        }
        try await one.stop()
        try await other.stop()
    }

    // MARK: - Private

    /// Why the only target of a job gives no metrics.
    private func reasonOf(_ job: ScrapeConfiguration) async throws -> String {
        let reason = Shared("")
        try await ScrapeTrial.run([job]) { trial async throws in
            _ = try await trial.afterwards()
            await trial.clock.sleepers(reach: 1)
            reason.value = await trial.service.activeTargets().first?.lastError ?? "no target"
        }
        return reason.value
    }
}
