import Foundation
import TestSupport

/// One server, its senders, and what they know.
struct CrashTrial {
    private static let senders = 4
    private static let seriesPerSender = 100
    /// Checked after each restart: what was sent in this many rounds before it. All is checked at the end, and now and then.
    private static let roundsChecked = 2
    private static let roundsBetweenFullChecks = 15

    private var random: SeededGenerator
    private let directory = TestDirectory()
    private let server: ServerUnderTest
    private var senders: [NumberedSender]
    /// How much each sender had sent when each round began.
    private var marks: [[Int]] = []
    private var acknowledgedLastRound = 0
    private(set) var moment = KillMoment.underLoad(after: 0)

    var log: String { server.log }

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        server = ServerUnderTest(directory: directory.path, address: "127.93.0.1")
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        let midnight = now / 86_400_000 * 86_400_000
        senders = (0..<Self.senders).map { sender in
            // The last one fills in older samples, from one day into the next.
            NumberedSender(
                NumberedSeries(
                    sender: sender, count: Self.seriesPerSender, start: sender == Self.senders - 1 ? midnight - 30_000 : now - 1_800_000,
                    step: 100))
        }
    }

    /// Starts the server, checks what it holds, loads it, kills it.
    mutating func round() async throws {
        let last = moment
        moment = KillMoment.random(using: &random)
        if case .whileStarting(let delay) = moment {
            try server.launch()
            try await pause(delay)
            server.kill()
            // Nothing was written: what the round before wrote is replayed again.
            moment = last
            return
        }
        try await start(after: last)
        marks.append(senders.map(\.sent))
        let before = senders.map(\.acknowledged.count).reduce(0, +)
        try await load()
        acknowledgedLastRound = senders.map(\.acknowledged.count).reduce(0, +) - before
    }

    /// Starts the server once more, checks everything, and ends it in order.
    mutating func finish() async throws {
        try await start(after: moment)
        try await verify(since: 0)
        let acknowledged = senders.map(\.acknowledged.count).reduce(0, +)
        // A server that acknowledges next to nothing has lost nothing: that would prove nothing.
        if acknowledged < marks.count * 5 {
            throw NumberedSender.Fault(description: "only \(acknowledged) requests were acknowledged: no load")
        }
        server.stop()
    }

    // MARK: - Private

    private mutating func start(after last: KillMoment) async throws {
        var configuration: String?
        if case .aroundFlush = moment { configuration = "storage:\n  flush_interval: 1s\n" }
        try await server.start(configuration: configuration)
        guard let replayed = server.replayedSamples else { throw NumberedSender.Fault(description: "the start-up was not reported") }
        if !last.mayFlush && replayed < acknowledgedLastRound * Self.seriesPerSender {
            throw NumberedSender.Fault(
                description: "\(acknowledgedLastRound * Self.seriesPerSender) samples were only in the journal, \(replayed) were replayed")
        }
        try await verify(since: marks.count % Self.roundsBetweenFullChecks == 0 ? 0 : max(0, marks.count - Self.roundsChecked))
    }

    private func verify(since round: Int) async throws {
        for (index, sender) in senders.enumerated() {
            try await sender.verify((round < marks.count ? marks[round][index] : 0)..<sender.sent, with: server.client)
        }
    }

    /// All senders at once, until the server is gone.
    private mutating func load() async throws {
        let seeds = senders.map { _ in random.next() }
        let client = server.client
        senders = try await withThrowingTaskGroup(of: (Int, NumberedSender).self) { group in
            for (index, sender) in senders.enumerated() {
                group.addTask {
                    var sender = sender
                    var random = SeededGenerator(seed: seeds[index])
                    await sender.sendUntilUnanswered(to: client, &random)
                    return (index, sender)
                }
            }
            try await killAtMoment()
            var after = senders
            for try await (index, sender) in group { after[index] = sender }
            return after
        }
    }

    private func killAtMoment() async throws {
        switch moment {
        case .underLoad(let delay), .aroundFlush(let delay): try await pause(delay)
        case .whileEnding(let delay):
            try await pause(100)
            server.askToEnd()
            try await pause(delay)
        case .whileStarting: preconditionFailure("Killed before it could be loaded")
        }
        server.kill()
    }

    private func pause(_ milliseconds: Int) async throws {
        try await ContinuousClock().sleep(for: .milliseconds(milliseconds))
    }
}
