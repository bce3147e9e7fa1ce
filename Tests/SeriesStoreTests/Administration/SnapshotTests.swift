import Foundation
import PostwatchModel
import TestSupport
import Testing

@testable import SeriesStore

@Suite("A snapshot")
struct SnapshotTests {
    private let fixture = StoreFixture()
    private let place = TestDirectory()

    @Test("opens as a store and shows the same samples, those among them that are in no day file yet")
    func same() async throws {
        let store = try fixture.open()
        try await fixture.fill(store)
        let name = try await SeriesAdministration(of: store, snapshotDirectory: "\(place.path)/snapshots").snapshot(skipsHead: false)
        #expect(name.hasPrefix("20231114T120000Z-"))
        #expect(name.count == 33)
        #expect(try await fixture.contents(ofCopy: "\(place.path)/snapshots/\(name)") == store.contents())
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(place.path)/snapshots") == [name])
        // The store itself goes on.
        try await store.append([Sample(at: StoreFixture.noon.milliseconds + 550_000, 1)])
        try await store.flush()
    }

    @Test("without the head holds what is in day files")
    func withoutHead() async throws {
        let store = try fixture.open()
        try await fixture.fill(store)
        let name = try await SeriesAdministration(of: store, snapshotDirectory: place.path).snapshot(skipsHead: true)
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(place.path)/\(name)").sorted()
        #expect(files == ["series-2023-11-13.sqlite", "series-2023-11-14.sqlite"])
        let contents = try await fixture.contents(ofCopy: "\(place.path)/\(name)")
        #expect(contents.values.map(\.count) == [80, 80, 80])
    }

    @Test("has everything that was acknowledged before it began, while writes, flushes and deletions go on", arguments: 0..<5)
    func underLoad(round: Int) async throws {
        let store = try fixture.open(segmentBytes: 4096)
        try await fixture.fill(store)
        let administration = SeriesAdministration(of: store, snapshotDirectory: place.path)
        let acknowledged = Shared<Int64>(0)
        let isOver = Shared(false)
        let start = StoreFixture.noon.milliseconds + 550_000
        let name = try await withThrowingTaskGroup { tasks in
            tasks.addTask {
                var next: Int64 = 0
                while !isOver.value {
                    try await store.append([Sample(at: start + next, Double(next))])
                    next += 1
                    acknowledged.value = next
                    if next % 50 == 0 { try await store.flush() }
                    if next % 130 == 0 { try await store.merge() }
                }
            }
            while acknowledged.value < Int64(40 * (round + 1)) { await Task.yield() }
            let before = acknowledged.value
            let name = try await administration.snapshot(skipsHead: false)
            isOver.value = true
            try await tasks.waitForAll()
            return (name, before)
        }
        let copy = try await fixture.contents(ofCopy: "\(place.path)/\(name.0)")
        let original = try await store.contents()
        let copied = try #require(copy[StoreFixture.series])
        for number in 0..<name.1 { #expect(copied[start + number] == Double(number).bitPattern) }
        // Nothing in it that was never written.
        #expect(copied.allSatisfy { original[StoreFixture.series]?[$0.key] == $0.value })
        #expect(copy.filter { $0.key != StoreFixture.series } == original.filter { $0.key != StoreFixture.series })
    }

    @Test("that cannot be finished leaves nothing behind")
    func failing() async throws {
        let store = try fixture.open()
        try await fixture.fill(store)
        try place.write([], to: "occupied")
        let administration = SeriesAdministration(of: store, snapshotDirectory: "\(place.path)/occupied/snapshots")
        await #expect(throws: SeriesStoreFailure.self) { try await administration.snapshot(skipsHead: false) }
        #expect(place.names == ["occupied"])
    }

    @Test("does not replace what is there, and is not complete under its own name before it is complete")
    func unfinished() throws {
        let copy = try StoreCopy(to: "\(place.path)/copy")
        #expect(place.names == ["copy.unfinished"])
        let second = #expect(throws: SeriesStoreFailure.self) { try StoreCopy(to: "\(place.path)/copy") }
        #expect("\(second as Any)".contains("was not finished"))
        try copy.complete()
        #expect(place.names == ["copy"])
        #expect(throws: SeriesStoreFailure.self) { try StoreCopy(to: "\(place.path)/copy") }
        let other = try StoreCopy(to: "\(place.path)/other")
        other.abandon()
        #expect(place.names == ["copy"])
    }

    @Test("that a process left unfinished is removed by the next one, and what others left is not")
    func leftovers() throws {
        let store = try fixture.open()
        let ours = "20260820T100000Z-00f3a1b2c3d4e5f6.unfinished"
        for name in [ours, "backup.unfinished", "20260820T100000Z-00f3a1b2c3d4e5f7"] {
            mkdir("\(place.path)/\(name)", 0o700)
            try place.write([1], to: "\(name)/file")
        }
        _ = SeriesAdministration(of: store, snapshotDirectory: place.path)
        #expect(place.names == ["20260820T100000Z-00f3a1b2c3d4e5f7", "backup.unfinished"])
    }

    @Test("goes without a day file that cannot be opened")
    func damaged() async throws {
        let first = try fixture.open()
        try await fixture.fill(first)
        await first.close()
        try fixture.directory.write(Array("not a database".utf8), to: "series-2023-11-13.sqlite")
        let store = try fixture.open()
        let name = try await SeriesAdministration(of: store, snapshotDirectory: place.path).snapshot(skipsHead: false)
        let contents = try await fixture.contents(ofCopy: "\(place.path)/\(name)")
        #expect(contents.values.map(\.count) == [50, 50, 50])
    }

    @Test("a deletion through the administration concerns every time, memory and disk")
    func deletion() async throws {
        let store = try fixture.open()
        try await fixture.fill(store)
        try await SeriesAdministration(of: store, snapshotDirectory: "unused").delete(
            [LabelMatcher("__name__", equals: "a")], from: Timestamp(milliseconds: .min), through: Timestamp(milliseconds: .max))
        #expect(try await Set(store.contents().keys.map { $0["__name__"] ?? "" }) == ["b", "c"])
    }
}
