import Foundation
import TestSupport
import Testing

/// A real server whose journeys send mail, killed again and again while messages are on their way.
///
/// `POSTWATCH_CRASH_SEED` repeats the moments of a run, `POSTWATCH_CRASH_KILLS` sets their number.
@Suite("Probe messages of a server that is killed", .serialized, .timeLimit(.minutes(5)))
struct ProbeAccountingTests {
    private static let journeys = 6

    @Test("end as exactly one thing each after 15 kills: the books agree with what the platform did, and at every moment with themselves")
    func kills() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["POSTWATCH_CRASH_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...999_999)
        let kills = environment["POSTWATCH_CRASH_KILLS"].flatMap { Int($0) } ?? 15
        var random = SeededGenerator(seed: seed)
        let directory = TestDirectory()
        let drop = MailDrop(seed: seed)
        try await drop.listen(on: "127.93.7.2")
        let server = ServerUnderTest(directory: directory.path, address: "127.93.7.1")
        try "secret\n".write(toFile: directory.path + "/password", atomically: true, encoding: .utf8)
        let configuration = Self.configuration(passwordFile: directory.path + "/password")
        let startedAt = Int64(Date().timeIntervalSince1970 * 1000)
        do {
            for _ in 1...kills {
                try await server.start(configuration: configuration)
                try await ContinuousClock().sleep(for: .milliseconds(Int.random(in: 50...3500, using: &random)))
                server.kill()
            }
            // All that is under way is there by then; one more run of each journey looks, and the rest ends by its time.
            drop.beKind()
            try await ContinuousClock().sleep(for: .seconds(2))
            try await server.start(configuration: Self.configuration(interval: "1h", passwordFile: directory.path + "/password"))
            try await server.wait(60, for: "every message has ended") {
                let last = try await Self.last(of: server, since: startedAt)
                return last.sent > 0 && last.outstanding == 0 && last.unconfirmed == 0 && drop.remaining == 0
            }
        } catch {
            Issue.record("seed \(seed): \(error)")
            return
        }
        let books = try await Self.books(of: server, since: startedAt)
        let last = try await Self.last(of: server, since: startedAt)
        server.stop()
        for (journey, moments) in books {
            for (moment, book) in moments {
                #expect(book.sent == book.settled + book.outstanding, "seed \(seed), \(journey) at \(moment): \(book)")
            }
        }
        let (lost, seen) = (last.standing["lost"] ?? 0, (last.standing["inbox"] ?? 0) + (last.standing["late"] ?? 0))
        #expect(last.standing["duplicate"] == Double(drop.count(of: .deliveredTwice)), "seed \(seed): \(last)")
        #expect(seen == Double(drop.count(of: .delivered) + drop.count(of: .takenWithoutAnswer)), "seed \(seed): \(last)")
        // A message that was dropped when the server died before it had read the word of acceptance is not known to have been sent.
        #expect(lost <= Double(drop.count(of: .dropped)) && lost >= Double(drop.count(of: .dropped) - kills), "seed \(seed): \(last)")
        #expect(last.sent == last.settled, "seed \(seed): \(last)")
        #expect(drop.count(of: .delivered) > kills)
    }

    // MARK: - Private

    /// The books of one journey at one moment.
    private struct Book {
        var sent = 0.0
        var outstanding = 0.0
        var unconfirmed = 0.0
        var standing: [String: Double] = [:]
        var settled: Double { standing.values.reduce(0, +) }
    }

    /// The last books of all journeys, added up.
    private static func last(of server: ServerUnderTest, since start: Int64) async throws -> Book {
        try await books(of: server, since: start).values.compactMap { $0.max { $0.key < $1.key }?.value }.reduce(into: Book()) {
            sum, book in
            sum.sent += book.sent
            sum.outstanding += book.outstanding
            sum.unconfirmed += book.unconfirmed
            sum.standing.merge(book.standing) { $0 + $1 }
        }
    }

    /// Journey → moment → its books then.
    private static func books(of server: ServerUnderTest, since start: Int64) async throws -> [String: [Int64: Book]] {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        let series = try await server.client.samples(of: #"{__name__=~"probe_messages_.+"}"#, from: start, through: now)
        var books: [String: [Int64: Book]] = [:]
        for (labels, samples) in series {
            for sample in samples {
                var book = books[labels["journey"] ?? ""]?[sample.milliseconds] ?? Book()
                switch labels["__name__"] {
                case "probe_messages_sent_total": book.sent = sample.value
                case "probe_messages_outstanding": book.outstanding = sample.value
                case "probe_messages_unconfirmed": book.unconfirmed = sample.value
                case "probe_messages_total": book.standing[labels["outcome"] ?? "", default: 0] += sample.value
                case "probe_messages_corrected_total": book.standing[labels["outcome"] ?? "", default: 0] -= sample.value
                default: continue
                }
                books[labels["journey"] ?? "", default: [:]][sample.milliseconds] = book
            }
        }
        return books
    }

    private static func configuration(interval: String = "1s", passwordFile: String) -> String {
        "journeys:\n"
            + (1...journeys).map { number in
                """
                  - name: in-\(number)
                    kind: inbound
                    interval: \(interval)
                    timeout: 3s
                    late_after: 1s
                    lost_after: 5s
                    smtp: {server: "127.93.7.2:2525", tls: none, from: a@outside.test, to: probe@example.test}
                    imap: {server: "127.93.7.2:1143", tls: none, username: probe, password_file: \(passwordFile)}

                """
            }.joined()
    }
}
