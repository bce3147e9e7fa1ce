import Foundation
import Logging
import PostwatchModel
import SeriesStore
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("StorageDesk")
struct StorageDeskTests {
    private let data = TestDirectory()

    /// Samples of two days in day files, and one in the journal.
    private func store() async throws -> SeriesStore {
        // When the last sample is taken.
        let time = TestTime(Timestamp(milliseconds: 1_699_966_800_000))
        let store = try SeriesStore.open(
            directory: "\(data.path)/series", world: time.world, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        for day: Int64 in [0, 1] {
            try await store.append((0..<100).map { sample(at: 1_699_963_200_000 - day * 86_400_000 + $0 * 15_000) })
        }
        try await store.flush()
        try await store.append([sample(at: 1_699_966_800_000)])
        return store
    }

    private func sample(at milliseconds: Int64) -> Sample {
        Sample(labels: ["__name__": "up"], timestamp: Timestamp(milliseconds: milliseconds), value: 1)
    }

    @Test("shows a line for each day file and one for all, beside a running server")
    func stats() async throws {
        let store = try await store()
        let lines = try StorageDesk(dataDirectory: data.path).stats().split(separator: "\n")
        try #require(lines.count == 5)
        #expect(lines[0].split(separator: " ", omittingEmptySubsequences: true).suffix(3) == ["runs", "blocks", "free"])
        #expect(lines[1].hasPrefix("series-2023-11-13.sqlite"))
        let total = lines[3].split(separator: " ", omittingEmptySubsequences: true)
        #expect(total.prefix(3) == ["total", "1", "200"])
        #expect(Set(lines[0..<4].map(\.count)).count == 1)
        #expect(lines[4] == "journal: \(store.status().journalBytes) bytes in 1 segment")
        let document = try JSONSerialization.jsonObject(with: Data(StorageDesk(dataDirectory: data.path).statsDocument().utf8))
        #expect(((document as? [String: Any])?["files"] as? [Any])?.count == 2)
    }

    @Test("finds a sound store sound, and says of a damaged one what to do")
    func verify() async throws {
        let store = try await store()
        let sound = try StorageDesk(dataDirectory: data.path).verify()
        #expect(sound.isGood)
        #expect(sound.text.hasSuffix("and 1 journal segment with 1 record\nno faults"))
        await store.close()
        try data.write([1], to: "series/series-2023-11-13.sqlite")
        let damaged = try StorageDesk(dataDirectory: data.path).verify()
        #expect(!damaged.isGood)
        #expect(damaged.text.hasPrefix("series-2023-11-13.sqlite: it cannot be read: "))
        #expect(damaged.text.contains("1 fault\nWhat to do: "))
    }

    @Test("makes a backup that can be looked at in turn")
    func backup() async throws {
        let store = try await store()
        let answer = try StorageDesk(dataDirectory: data.path).backup(to: "\(data.path)/copy")
        #expect(answer.isGood)
        #expect(answer.text.hasPrefix("copied 2 day files and the journal, "))
        #expect(try StorageDesk(dataDirectory: "\(data.path)/copy").verify().isGood)
        await store.close()
    }

    @Test("compacts when the server is stopped, and names the process that is to be stopped before")
    func compact() async throws {
        let store = try await store()
        let desk = try StorageDesk(dataDirectory: data.path)
        let refusal = #expect(throws: StorageDesk.StoreInUse.self) { try desk.compact { _ in } }
        #expect(refusal.map { "\($0)" }?.contains("is in use by process \(ProcessInfo.processInfo.processIdentifier)") == true)
        await store.close()
        var lines: [String] = []
        #expect(try desk.compact { lines.append($0) })
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("series-2023-11-13.sqlite: "))
    }
}
