import Foundation
import PostwatchModel
import RecordStore
import TestSupport
import Testing

/// A real agent whose journeys send mail, killed again and again while messages are on their way: at the moments that matter, and at any.
///
/// `POSTWATCH_CRASH_SEED` repeats the moments of a run, `POSTWATCH_CRASH_KILLS` sets their number.
@Suite("Probe messages of an agent that is killed", .serialized, .timeLimit(.minutes(5)))
struct AgentAccountingTests {
    private static let network = "127.93.8"

    private enum Way: String, CaseIterable {
        case inbound, outbound, received

        var names: [String] { (1...3).map { "\(rawValue)-\($0)" } }
    }

    @Test("end as exactly one thing each after 16 kills: as what, the platform says of every single one")
    func kills() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["POSTWATCH_CRASH_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...999_999)
        let kills = environment["POSTWATCH_CRASH_KILLS"].flatMap { Int($0) } ?? 16
        var random = SeededGenerator(seed: seed)
        let directory = TestDirectory()
        let drop = MailDrop(seed: seed, receiver: ("\(Self.network).3", 2526))
        try await drop.listen(on: "\(Self.network).2")
        // It takes what the agent measures, and is not killed.
        let server = ServerUnderTest(directory: directory.path, address: "\(Self.network).1")
        try await server.start()
        let agent = AgentUnderTest(directory: directory.path)
        try "secret\n".write(toFile: directory.path + "/password", atomically: true, encoding: .utf8)
        let startedAt = Int64(Date().timeIntervalSince1970 * 1000)
        // Each moment three times, and one at random.
        var moments = (MailDrop.Moment.allCases.map(Optional.some) + [nil]).flatMap { Array(repeating: $0, count: 3) }
        moments.shuffle(using: &random)
        do {
            for number in 0..<kills {
                try agent.start(configuration: Self.configuration(directory.path))
                if let moment = moments[number % moments.count] {
                    try await agent.kill(at: moment, passing: Int.random(in: 0...6, using: &random), of: drop, within: 6)
                } else {
                    try await ContinuousClock().sleep(for: .milliseconds(Int.random(in: 50...2500, using: &random)))
                    agent.kill()
                }
            }
            // All that is under way is there by then; one more run of each journey looks, and the rest ends by its time.
            drop.beKind()
            try await ContinuousClock().sleep(for: .seconds(2))
            try agent.start(configuration: Self.configuration(directory.path, interval: "1h"))
            try await server.wait(60, for: "every message has ended") {
                guard agent.isRunning else { return true }
                let last = try await ProbeBooks.last(of: server, since: startedAt)
                return last.sent > 0 && last.outstanding == 0 && last.unconfirmed == 0 && drop.remaining == 0
            }
        } catch {
            Issue.record("seed \(seed): \(error)\n\(agent.log.suffix(3000))")
            return
        }
        #expect(agent.isRunning, "seed \(seed): \(agent.log.suffix(3000))")
        agent.stop()
        let books = try await ProbeBooks.all(of: server, since: startedAt)
        server.stop()
        for (journey, moments) in books {
            for (moment, book) in moments {
                #expect(book.sent == book.settled + book.outstanding, "seed \(seed), \(journey) at \(moment): \(book)")
            }
        }
        #expect(books.count == Way.allCases.flatMap(\.names).count)
        try await Self.compare(try RecordStore(path: agent.dataDirectory + "/records.sqlite"), with: drop, seed)
    }

    // MARK: - Private

    /// Message by message, what the agent's books say and what the platform did.
    private static func compare(_ records: RecordStore, with drop: MailDrop, _ seed: UInt64) async throws {
        let fates = drop.fates
        #expect(drop.refusals == 0, "seed \(seed): the receiver refused mail for its own journeys")
        let known = Dictionary(try await records.probes(Array(fates.keys)).map { ($0.id, $0) }) { first, _ in first }
        for (id, fate) in fates {
            let stage = known[id]?.stage
            let isRight =
                switch fate {
                case .delivered, .takenWithoutAnswer: stage == .settled(.inbox) || stage == .settled(.late)
                case .deliveredTwice: stage == .settled(.duplicate)
                // When the word of acceptance was never read, nobody is known to have promised anything.
                case .dropped: stage == .settled(.lost) || stage == .unsent && known[id]?.acceptedAt == nil
                case .refused: stage == .unsent
                }
            #expect(isRight, "seed \(seed): \(id) was \(fate), and is booked as \(stage.map { "\($0)" } ?? "nothing"): \(known[id] as Any)")
        }
        for way in Way.allCases {
            let mine = fates.filter { id, _ in known[id]?.journey.hasPrefix(way.rawValue) ?? false }.values
            #expect(mine.contains(.delivered), "seed \(seed): \(way)")
        }
        // The totals are those of the messages, and the ones that nobody took are there too.
        var tally = ProbeTally()
        for journey in Way.allCases.flatMap(\.names) {
            let account = try records.account(of: journey, vantage: "far")
            #expect(account.outstanding.isEmpty)
            #expect(account.tally.begun == account.tally.sent + account.tally.unsent - account.tally.unsentFound)
            #expect(account.tally.sent == account.tally.settled)
            tally.sent += account.tally.sent
            for outcome in ProbeOutcome.allCases { tally.outcomes[outcome, default: 0] += account.tally.standing(outcome) }
        }
        let stages = known.values.map(\.stage)
        for outcome in ProbeOutcome.allCases {
            #expect(tally.outcomes[outcome] == stages.count { $0 == .settled(outcome) }, "seed \(seed): \(outcome)")
        }
        #expect(tally.sent == stages.count { $0 != .unsent }, "seed \(seed)")
    }

    private static func configuration(_ directory: String, interval: String = "1s") -> String {
        let drop = "\(network).2"
        let mailbox = "imap: {server: \"\(drop):1143\", tls: none, username: probe, password_file: \(directory)/password}"
        let journeys = Way.allCases.flatMap { way in
            way.names.map { name in
                let recipient = way == .received ? "\(name)@vantage.test" : "probe@example.test"
                return """
                      - name: \(name)
                        kind: \(way == .inbound ? "inbound" : "outbound")
                        interval: \(interval)
                        timeout: 3s
                        late_after: 1s
                        lost_after: 5s
                        smtp: {server: "\(drop):2525", tls: none, from: a@inside.test, to: \(recipient)}
                        \(way == .received ? "receiver: {listen: \"\(network).3:2526\"}" : mailbox)

                    """
            }
        }
        return """
            node: vantage-1
            vantage: far
            interval: 1h
            collectors: {host: {enabled: false}, postfix: []}
            remote_write: [{url: "http://\(network).1:9460/api/v1/write"}]
            journeys:

            """ + journeys.joined()
    }
}
