import Foundation
import TestSupport
import Testing

/// A real server that finds its journal damaged.
@Suite("A server whose journal is damaged", .serialized, .timeLimit(.minutes(5)))
struct DamagedJournalTests {
    private static let requests = 60

    @Test("replays what lies before a cut and says that the rest is gone", arguments: [UInt64(1)])
    func truncated(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var sizes: [Int] = []
        let days = try await Self.killedServer { path in sizes.append(try Damage.size(of: path)) }
        let sender = days.senders[0]
        let whole = sizes.last ?? 0
        // A byte short, in the header of a segment, and anywhere.
        let cuts = [whole - 1, 3] + (0..<8).map { _ in Int.random(in: 8..<whole, using: &random) }
        for cut in cuts {
            let directory = try days.copy()
            try Damage.cut(try #require(StoredDays.files("journal-", in: directory).last), to: cut)
            let server = ServerUnderTest(directory: directory.path, address: "127.93.0.5")
            try await server.start()
            let present = try await sender.present(0..<sender.sent, with: server.client)
            let whereFrom = "seed \(seed), cut at \(cut) of \(whole)"
            #expect(present == Set(0..<present.count), "\(whereFrom): what is there is what came first")
            #expect(present.count >= sizes.count { $0 <= cut }, "\(whereFrom): what lies before the cut is there")
            #expect(present.count < sender.sent || cut == whole, "\(whereFrom): what was cut off is not there")
            // Between two records nothing is there that could be told.
            #expect(sizes.contains(cut) || server.complained(of: "journal"), "\(whereFrom): told\n\(server.log)")
            server.stop()
        }
    }

    @Test("loses the one request whose record has a flipped byte, says so, and reads on behind it", arguments: [UInt64(2)])
    func flipped(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var sizes: [Int] = []
        let days = try await Self.killedServer { path in sizes.append(try Damage.size(of: path)) }
        let sender = days.senders[0]
        for _ in 0..<10 {
            let offset = Int.random(in: 0..<(sizes.last ?? 1), using: &random)
            let directory = try days.copy()
            try Damage.flip([offset], of: try #require(StoredDays.files("journal-", in: directory).last))
            let server = ServerUnderTest(directory: directory.path, address: "127.93.0.6")
            try await server.start()
            let present = try await sender.present(0..<sender.sent, with: server.client)
            let missing = Set(0..<sender.sent).subtracting(present)
            let whereFrom = "seed \(seed), byte \(offset)"
            #expect(
                missing.isSubset(of: [sizes.count { $0 <= offset }]), "\(whereFrom): at most the request that was hit is lost: \(missing)")
            #expect(missing.isEmpty || server.complained(of: "journal"), "\(whereFrom): told\n\(server.log)")
            // What it writes now is not lost behind the damage.
            var next = sender
            #expect(await next.send(to: server.client) == .stored)
            server.kill()
            try await server.start()
            try await next.verify(0..<next.sent, with: server.client, mayLack: missing)
            server.stop()
        }
    }

    // MARK: - Private

    /// A server that was killed when it had taken so many requests, one after the other.
    /// - Parameter afterEach: is given the path of the journal's last segment after each acknowledgement.
    private static func killedServer(_ afterEach: (String) throws -> Void) async throws -> StoredDays {
        try await StoredDays { directory in
            let server = ServerUnderTest(directory: directory.path, address: "127.93.0.7")
            try await server.start()
            let now = Int64(Date().timeIntervalSince1970 * 1000)
            var sender = NumberedSender(NumberedSeries(sender: 0, count: 20, start: now - 1_800_000, step: 1000))
            for _ in 0..<requests {
                try #require(await sender.send(to: server.client) == .stored)
                try afterEach(try #require(StoredDays.files("journal-", in: directory).last))
            }
            server.kill()
            return [sender]
        }
    }
}
