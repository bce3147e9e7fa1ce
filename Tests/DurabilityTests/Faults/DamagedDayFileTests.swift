import Foundation
import Testing

/// A real server that finds one of its day files damaged.
@Suite("A server with a damaged day file", .serialized, .timeLimit(.minutes(5)))
struct DamagedDayFileTests {
    /// Where a file is hit.
    enum Place: String, CaseIterable, CustomTestStringConvertible {
        case magic, header, schema, secondPage, quarter, middle, threeQuarters, end, cutInHalf, empty

        var testDescription: String { rawValue }

        func hit(_ path: String) throws {
            let size = try Damage.size(of: path)
            switch self {
            case .magic: try Damage.flip(0..<16, of: path)
            case .header: try Damage.flip(16..<100, of: path)
            case .schema: try Damage.flip(100..<400, of: path)
            case .secondPage: try Damage.flip(4096..<4160, of: path)
            case .quarter: try Damage.flip((size / 4)..<(size / 4 + 64), of: path)
            case .middle: try Damage.flip((size / 2)..<(size / 2 + 64), of: path)
            case .threeQuarters: try Damage.flip((size * 3 / 4)..<(size * 3 / 4 + 64), of: path)
            case .end: try Damage.flip((size - 64)..<size, of: path)
            case .cutInHalf: try Damage.cut(path, to: size / 2)
            case .empty: try Damage.cut(path, to: 0)
            }
        }
    }

    @Test("serves the other days, tells what is damaged in the log and on /-/ready, and never a value that was not sent")
    func damaged() async throws {
        let days = try await Self.threeDays()
        for place in Place.allCases {
            let directory = try days.copy()
            // Not the summaries of the month, which a server that was slow has had the time to make.
            let files = try StoredDays.files("series-", in: directory).filter { $0.contains(/series-\d{4}-\d\d-\d\d\.sqlite$/) }
            try #require(files.count == 3)
            try place.hit(files[1])
            let server = ServerUnderTest(directory: directory.path, address: "127.93.0.8")
            do {
                try await server.start()
                for sender in [days.senders[0], days.senders[2]] { try await sender.verify(0..<sender.sent, with: server.client) }
                let hit = days.senders[1]
                let present = try await hit.present(0..<hit.sent, with: server.client)
                if present.count < hit.sent {
                    let name = (files[1] as NSString).lastPathComponent
                    let ready = await server.client.get("/-/ready") ?? ""
                    #expect(ready.contains(name), "\(place): /-/ready names the file; it says: \(ready)")
                    #expect(server.complained(of: name), "\(place): the log names the file\n\(server.log)")
                }
                // The day goes on.
                var next = hit
                #expect(await next.send(to: server.client) == .stored, "\(place)")
                try await next.verify(hit.sent..<next.sent, with: server.client)
            } catch {
                Issue.record("\(place): \(error)")
            }
            server.kill()
        }
    }

    // MARK: - Private

    /// One sender for each of the last three days, all flushed into day files. The files hold everything: their write-ahead files
    /// are empty or gone, which a server that reads the data without them shows.
    private static func threeDays() async throws -> StoredDays {
        let days = try await StoredDays { directory in
            let server = ServerUnderTest(directory: directory.path, address: "127.93.0.9")
            try await server.start(configuration: "storage:\n  flush_interval: 1s\n")
            let noon = Int64(Date().timeIntervalSince1970) / 86_400 * 86_400_000 + 43_200_000
            var senders: [NumberedSender] = []
            for day in 0..<3 {
                var sender = NumberedSender(
                    NumberedSeries(sender: day, count: 100, start: noon - Int64(4 - day) * 86_400_000, step: 15_000))
                for _ in 0..<80 { try #require(await sender.send(to: server.client) == .stored) }
                senders.append(sender)
            }
            try await server.wait(20, for: "everything is flushed") { await server.client.metric("postwatch_journal_bytes") == 0 }
            server.kill()
            for file in try StoredDays.files("series-", in: directory) where file.hasSuffix("-wal") || file.hasSuffix("-shm") {
                try FileManager.default.removeItem(atPath: file)
            }
            return senders
        }
        let copy = try days.copy()
        let server = ServerUnderTest(directory: copy.path, address: "127.93.0.9")
        try await server.start()
        for sender in days.senders { try await sender.verify(0..<sender.sent, with: server.client) }
        server.kill()
        return days
    }
}
