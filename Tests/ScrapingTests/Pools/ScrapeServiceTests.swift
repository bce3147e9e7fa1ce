import NIOHTTP1
import NIOSSL
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import Scraping

@Suite("Scraping", .serialized, .timeLimit(.minutes(2)))
struct ScrapeServiceTests {
    private static let up = #"up{instance="i", job="j"} 1.0"#
    private static let down = #"up{instance="i", job="j"} 0.0"#
    private static let a = #"a{instance="i", job="j"} 1.0"#
    private static let ended = #"a{instance="i", job="j"} stale"#

    @Test("A target is scraped on its beat, with times that lie on it, and shown")
    func usual() async throws {
        let server = try await PageServer.start(page: "a 1\n")
        try await ScrapeTrial.run([.job(at: server.address)]) { trial async throws in
            #expect(try await trial.afterwards() == [Self.a, Self.up])
            #expect(try await trial.afterwards() == [Self.a, Self.up])
            await trial.clock.sleepers(reach: 1)
            let targets = await trial.service.activeTargets()
            #expect(targets.count == 1)
            #expect(targets.first?.health == .up && targets.first?.lastError == "")
            #expect(targets.first?.scrapeURL == "http://\(server.address)/metrics")
            #expect(targets.first?.discoveredLabels["__address__"] == server.address)
            #expect(await trial.service.scrapePools() == ["j"])
            let head = try #require(server.requests.value.first)
            #expect(head.headers.first(name: "X-Prometheus-Scrape-Timeout-Seconds") == "0.5")
            #expect(head.headers.first(name: "Accept-Encoding") == "gzip")
        }
        try await server.stop()
    }

    @Test("A target that refuses, or delivers what is no page, is down with a reason; its series end; and it recovers")
    func refusal() async throws {
        let server = try await PageServer.start(page: "a 1\n")
        try await ScrapeTrial.run([.job(at: server.address)]) { trial async throws in
            _ = try await trial.afterwards()
            server.answer.value = { _ in PageServer.Answer(status: .internalServerError) }
            #expect(try await trial.afterwards() == [Self.ended, Self.down])
            #expect(try await trial.afterwards() == [Self.down])
            server.answer.value = { _ in PageServer.Answer(headers: [("Content-Type", "text/html")], body: "a 1\n") }
            #expect(try await trial.afterwards() == [Self.down])
            await trial.clock.sleepers(reach: 1)
            #expect(await trial.service.activeTargets().first?.lastError.contains("text/html") == true)
            server.answer.value = { _ in PageServer.Answer(body: "a 1\n") }
            #expect(try await trial.afterwards() == [Self.a, Self.up])
            await trial.clock.sleepers(reach: 1)
            #expect(trial.count(of: "scrape_targets_lost") == 1 && trial.count(of: "scrape_targets_recovered") == 1)
        }
        try await server.stop()
    }

    @Test("A target that never answers, or never ends, is down after its timeout", arguments: [false, true])
    func hanging(beginsToAnswer: Bool) async throws {
        let asked = AsyncStream<Void>.makeStream()
        let server = try await PageServer.start { _ in
            asked.continuation.yield()
            return PageServer.Answer(body: "a 1\n", isEndless: beginsToAnswer, isSilent: !beginsToAnswer)
        }
        try await ScrapeTrial.run([.job(at: server.address)]) { trial async throws in
            await trial.clock.sleepers(reach: 1)
            trial.clock.advance(by: .seconds(1))
            for await _ in asked.stream { break }
            await trial.clock.sleepers(reach: 1)
            trial.clock.advance(by: .milliseconds(500))
            #expect(try await trial.next() == [Self.down])
            await trial.clock.sleepers(reach: 1)
            #expect(await trial.service.activeTargets().first?.lastError.contains("within 500ms") == true)
        }
        try await server.stop()
    }

    @Test("A scrape that is longer than its interval leaves beats out, and they are counted")
    func missedBeats() async throws {
        let asked = AsyncStream<Void>.makeStream()
        let server = try await PageServer.start { _ in
            asked.continuation.yield()
            return PageServer.Answer(isSilent: true)
        }
        try await ScrapeTrial.run([.job(at: server.address)]) { trial async throws in
            await trial.clock.sleepers(reach: 1)
            trial.clock.advance(by: .seconds(1))
            for await _ in asked.stream { break }
            await trial.clock.sleepers(reach: 1)
            trial.clock.advance(by: .seconds(3))
            #expect(try await trial.next() == [Self.down])
            await trial.clock.sleepers(reach: 1)
            #expect(trial.count(of: "scrapes_delayed") == 1)
        }
        try await server.stop()
    }

    @Test("A target that nobody listens for is down")
    func unreachable() async throws {
        let server = try await PageServer.start(page: "")
        let address = server.address
        try await server.stop()
        try await ScrapeTrial.run([.job(at: address)]) { trial async throws in
            #expect(try await trial.afterwards() == [Self.down])
        }
    }

    @Test("A page that is too large is cut off")
    func tooLarge() async throws {
        let server = try await PageServer.start(page: "a 1\n" + String(repeating: "#", count: 5000))
        var job = ScrapeConfiguration.job(at: server.address)
        job.limits.bodyBytes = 5000
        try await ScrapeTrial.run([job]) { trial async throws in
            #expect(try await trial.afterwards() == [Self.down])
            await trial.clock.sleepers(reach: 1)
            #expect(await trial.service.activeTargets().first?.lastError.contains("body_size_limit") == true)
        }
        try await server.stop()
    }

    @Test("Redirects are followed unless they shall not be", arguments: [true, false])
    func redirects(follows: Bool) async throws {
        let server = try await PageServer.start { head in
            head.uri == "/other"
                ? PageServer.Answer(body: "a 1\n") : PageServer.Answer(status: .found, headers: [("Location", "/other")])
        }
        var job = ScrapeConfiguration.job(at: server.address)
        job.access.followsRedirects = follows
        try await ScrapeTrial.run([job]) { trial async throws in
            #expect(try await trial.afterwards() == (follows ? [Self.a, Self.up] : [Self.down]))
        }
        try await server.stop()
    }

    @Test("Who is asking is proven by a secret that is read anew each time")
    func credentials() async throws {
        let directory = TestDirectory()
        try directory.write(Array("old\n".utf8), to: "secret")
        let server = try await PageServer.start(page: "a 1\n")
        var job = ScrapeConfiguration.job(at: server.address)
        job.access.credentials = .basic(username: "u", password: .file("\(directory.path)/secret"))
        job.access.headers = ["X-Scope": "mail"]
        try await ScrapeTrial.run([job]) { trial async throws in
            _ = try await trial.afterwards()
            try directory.write(Array("new\n".utf8), to: "secret")
            _ = try await trial.afterwards()
        }
        #expect(server.requests.value.map { $0.headers.first(name: "Authorization") } == ["Basic dTpvbGQ=", "Basic dTpuZXc="])
        #expect(server.requests.value.first?.headers.first(name: "X-Scope") == "mail")
        try await server.stop()
    }

    @Test("A server is trusted by the authority and the name that the job names, and by nothing else")
    func encryption() async throws {
        let directory = TestDirectory()
        try directory.write(Array(TestCertificates.authority.utf8), to: "ca.pem")
        let server = try await PageServer.start(tls: try TestCertificates.server()) { _ in PageServer.Answer(body: "a 1\n") }
        var trusted = ScrapeConfiguration.job(at: server.address)
        trusted.scheme = "https"
        trusted.access.tls.authorityFile = "\(directory.path)/ca.pem"
        trusted.access.tls.serverName = "mail.example.test"
        var unnamed = trusted
        unnamed.access.tls.serverName = nil
        var distrusted = trusted
        distrusted.access.tls.authorityFile = nil
        var careless = distrusted
        careless.access.tls.serverName = nil
        careless.access.tls.skipsVerification = true
        var broken = trusted
        broken.access.tls.authorityFile = "\(directory.path)/none.pem"
        for (job, isUp) in [(trusted, true), (unnamed, false), (distrusted, false), (careless, true), (broken, false)] {
            try await ScrapeTrial.run([job]) { trial async throws in
                #expect(try await trial.afterwards() == (isUp ? [Self.a, Self.up] : [Self.down]))
            }
        }
        try await server.stop()
    }

    @Test("Targets come and go with their file; those that go are ended")
    func files() async throws {
        let directory = TestDirectory()
        let server = try await PageServer.start(page: "a 1\n")
        @Sendable func write(_ targets: String) throws {
            try directory.write(Array("[{\"targets\": [\(targets)], \"labels\": {\"instance\": \"i\"}}]".utf8), to: "t.json")
        }
        try write("\"\(server.address)\"")
        var job = ScrapeConfiguration.job()
        job.discoveries = [.files(.init(patterns: ["\(directory.path)/*.json"]))]
        try await ScrapeTrial.run([job]) { trial async throws in
            #expect(try await trial.afterwards(sleepers: 2) == [Self.a, Self.up])
            await trial.clock.sleepers(reach: 2)
            #expect(await trial.service.activeTargets().first?.discoveredLabels["__meta_filepath"] == "\(directory.path)/t.json")
            try directory.write(Array("{broken".utf8), to: "t.json")
            var lines: [String] = []
            for _ in 0..<6 { lines = try await trial.afterwards(sleepers: 2) }
            #expect(lines == [Self.a, Self.up])
            await trial.clock.sleepers(reach: 2)
            #expect(trial.count(of: "target_discoveries_failed") == 1)
            try write("")
            // Scrapes that are under way may end in any order with the target.
            while await !trial.service.activeTargets().isEmpty {
                trial.clock.advance(by: .seconds(1))
                await Task.yield()
            }
            var all: [String] = []
            while all.last != #"up{instance="i", job="j"} stale"# { all += try await trial.next() }
            #expect(all.contains(Self.ended))
            #expect(await trial.service.activeTargets().isEmpty)
        }
        try await server.stop()
    }

    @Test("Targets are listed over HTTP")
    func address() async throws {
        let server = try await PageServer.start { _ in PageServer.Answer(body: "a 1\n") }
        let address = server.address
        server.answer.value = { head in
            guard head.uri == "/sd" else { return PageServer.Answer(body: "a 1\n") }
            return PageServer.Answer(
                headers: [("Content-Type", "application/json; charset=utf-8")],
                body: "[{\"targets\": [\"\(address)\"], \"labels\": {\"instance\": \"i\"}}]")
        }
        var job = ScrapeConfiguration.job()
        job.discoveries = [.address(.init(url: "http://\(address)/sd"))]
        try await ScrapeTrial.run([job]) { trial async throws in
            #expect(try await trial.afterwards(sleepers: 2) == [Self.a, Self.up])
            await trial.clock.sleepers(reach: 2)
            #expect(await trial.service.activeTargets().first?.discoveredLabels["__meta_url"] == "http://\(address)/sd")
        }
        try await server.stop()
    }

    @Test("A name's addresses are targets")
    func names() async throws {
        let server = try await PageServer.start(page: "a 1\n")
        var job = ScrapeConfiguration.job()
        job.discoveries = [.names(.init(names: ["127.0.0.1"], kind: .a, port: server.port))]
        try await ScrapeTrial.run([job]) { trial async throws in
            let lines = try await trial.afterwards(sleepers: 2)
            #expect(lines == [#"a{instance="\#(server.address)", job="j"} 1.0"#, #"up{instance="\#(server.address)", job="j"} 1.0"#])
        }
        try await server.stop()
    }

    @Test("With more targets than the job may have, none is scraped; dropped ones are shown")
    func targetLimit() async throws {
        var job = ScrapeConfiguration.job(at: "127.0.0.1:1", "127.0.0.1:2")
        job.limits.targets = 1
        try await ScrapeTrial.run([job]) { trial async throws in
            #expect(try await trial.afterwards(sleepers: 2) == [Self.down])
            #expect(try await trial.next() == [Self.down])
            await trial.clock.sleepers(reach: 2)
            #expect(await trial.service.activeTargets().allSatisfy { $0.lastError.contains("target_limit") })
        }
        job.limits.targets = 0
        job.relabelRules = [RelabelRule(action: .drop, sourceLabels: ["__address__"])]
        try await ScrapeTrial.run([job, .job("k", at: "127.0.0.1:1")]) { trial async throws in
            await trial.clock.sleepers(reach: 1)
            while await trial.service.droppedTargets().count < 2 { await Task.yield() }
            #expect(await trial.service.droppedTargets().first?.scrapePool == "j")
        }
    }

    @Test("Samples that are refused are told and counted; the target stays up")
    func refusedSamples() async throws {
        struct Full: RemoteWriteReceiving {
            func write(_ body: RemoteWriteBody) async throws -> WriteReport { throw WriteRefusal.overloaded }
        }
        let server = try await PageServer.start(page: "a 1\n")
        try await ScrapeTrial.run([.job(at: server.address)], receivers: [Full()]) { trial async throws in
            #expect(try await trial.afterwards() == [Self.a, Self.up])
            await trial.clock.sleepers(reach: 1)
            #expect(trial.count(of: "scraped_pages_lost") == 1)
            #expect(await trial.service.activeTargets().first?.health == .up)
        }
        try await server.stop()
    }
}
