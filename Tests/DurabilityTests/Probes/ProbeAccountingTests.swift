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
                let last = try await ProbeBooks.last(of: server, since: startedAt)
                return last.sent > 0 && last.outstanding == 0 && last.unconfirmed == 0 && drop.remaining == 0
            }
        } catch {
            Issue.record("seed \(seed): \(error)")
            return
        }
        let books = try await ProbeBooks.all(of: server, since: startedAt)
        let last = try await ProbeBooks.last(of: server, since: startedAt)
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
