import Foundation
import GRDB
import PostwatchModel
import TestSupport
import Testing

@testable import SeriesStore

@Suite("StoreDirectory")
struct StoreDirectoryTests {
    private let fixture = StoreFixture()

    /// Everything in the directory, except for memory that processes share, which has no samples.
    private func files(_ directory: TestDirectory) throws -> [String: [UInt8]] {
        let names = directory.names.filter { !$0.hasSuffix("-shm") }
        return try Dictionary(uniqueKeysWithValues: names.map { ($0, try directory.bytes(of: $0)) })
    }

    @Test("finds the store in a data directory, takes a copy of a store for one, and says what else is wrong")
    func finding() async throws {
        let data = TestDirectory()
        #expect(throws: StoreDirectory.Fault.missing("\(data.path)/x")) { try StoreDirectory(dataDirectory: "\(data.path)/x") }
        #expect(throws: StoreDirectory.Fault.empty(data.path)) { try StoreDirectory(dataDirectory: data.path) }
        try data.write([1], to: "mail.txt")
        #expect(throws: StoreDirectory.Fault.notAStore(data.path)) { try StoreDirectory(dataDirectory: data.path) }
        let file = "\(data.path)/mail.txt"
        let fault = #expect(throws: StoreDirectory.Fault.self) { try StoreDirectory(dataDirectory: file) }
        #expect(fault.map { "\($0)" } == "cannot read the directory \(file): Not a directory")
        mkdir("\(data.path)/series", 0o700)
        #expect(throws: StoreDirectory.Fault.empty("\(data.path)/series")) { try StoreDirectory(dataDirectory: data.path) }
        let store = try SeriesStore.open(
            directory: "\(data.path)/series", world: fixture.time.world, logger: .init(label: "test"))
        await store.close()
        #expect(try StoreDirectory(dataDirectory: data.path).path == "\(data.path)/series")
        let filled = try fixture.open()
        try await fixture.fill(filled)
        #expect(try StoreDirectory(dataDirectory: fixture.directory.path).path == fixture.directory.path)
    }

    @Test("counts what day files and journal hold, and finds no fault, beside an open store, after a crash and after its end")
    func reading() async throws {
        let store = try fixture.open()
        try await fixture.fill(store)
        func check(_ directory: TestDirectory) throws {
            let before = try files(directory)
            let outside = try StoreDirectory(dataDirectory: directory.path)
            let statistics = try outside.statistics()
            #expect(statistics.files.map(\.name) == ["series-2023-11-13.sqlite", "series-2023-11-14.sqlite"])
            #expect(statistics.files.map(\.series) == [3, 3])
            #expect(statistics.files.map(\.samples) == [120, 120])
            #expect(statistics.files.allSatisfy { $0.bytes >= 4096 && $0.runs == 1 && $0.blocks >= 1 && $0.fault == nil })
            #expect(statistics.total.samples == 240)
            #expect(statistics.journalSegments == 1)
            #expect(statistics.journalBytes == store.status().journalBytes)
            let verification = try outside.verify()
            #expect(verification.faults == [])
            #expect(verification.dayFiles == 2)
            #expect(verification.samples == 240)
            #expect(verification.journalSegments == 1)
            #expect(verification.journalRecords == 1)
            #expect(verification.unfinishedBytes == 0)
            #expect(try files(directory) == before)
        }
        try check(fixture.directory)
        try check(fixture.directory.snapshot())
        await store.close()
        let after = try fixture.directory.snapshot()
        #expect(!after.names.contains { $0.hasSuffix("-wal") })
        try check(after)
    }

    @Test("names damaged blocks, damaged files, files set aside, and damage in the journal")
    func faults() async throws {
        let store = try fixture.open(segmentBytes: 1)
        try await fixture.fill(store)
        try await store.append(StoreFixture.samples(from: StoreFixture.noon.milliseconds + 500_000, count: 5))
        await store.close()
        let segments = fixture.directory.names.filter { $0.hasPrefix("journal-") }
        #expect(segments.count == 2)
        var first = try fixture.directory.bytes(of: segments[0])
        first[first.count - 1] ^= 1
        try fixture.directory.write(first, to: segments[0])
        let last = try fixture.directory.bytes(of: segments[1])
        try fixture.directory.write(last + [1, 2, 3], to: segments[1])
        try fixture.directory.write([], to: "series-2023-11-12.sqlite")
        try fixture.directory.write([], to: "series-2023-11-11.sqlite.damaged")
        let queue = try DatabaseQueue(path: "\(fixture.directory.path)/series-2023-11-13.sqlite")
        try await queue.write { try $0.execute(sql: "UPDATE blocks SET data = x'010203' WHERE id = 1") }
        try queue.close()
        let verification = try StoreDirectory(dataDirectory: fixture.directory.path).verify()
        #expect(verification.unfinishedBytes == 3)
        #expect(verification.dayFiles == 3)
        #expect(
            verification.faults == [
                .init(file: segments[0], text: "its last \(first.count - 8) bytes are damaged"),
                .init(file: "series-2023-11-12.sqlite", text: "it cannot be read: it is empty"),
                .init(file: "series-2023-11-13.sqlite", text: "block 1 cannot be read"),
                .init(
                    file: "series-2023-11-11.sqlite.damaged", text: "it was found damaged earlier and set aside; no query reads it"),
            ])
        let statistics = try StoreDirectory(dataDirectory: fixture.directory.path).statistics()
        #expect(statistics.files.map(\.fault) == ["it is empty", nil, nil])
        #expect(statistics.setAside == ["series-2023-11-11.sqlite.damaged"])
    }

    @Test("never crashes on a day file in which bytes are flipped", arguments: 0..<40 as Range<UInt64>)
    func flippedBytes(seed: UInt64) async throws {
        let store = try fixture.open()
        try await fixture.fill(store)
        await store.close()
        var random = SeededGenerator(seed: seed)
        let name = "series-2023-11-14.sqlite"
        var bytes = try fixture.directory.bytes(of: name)
        for _ in 0..<20 { bytes[Int.random(in: bytes.indices, using: &random)] ^= UInt8.random(in: 1...255, using: &random) }
        try fixture.directory.write(bytes, to: name)
        let outside = try StoreDirectory(dataDirectory: fixture.directory.path)
        let before = try files(fixture.directory)
        // Another version is no damage, and is thrown.
        _ = try? outside.statistics()
        _ = try? outside.verify()
        #expect(try files(fixture.directory) == before)
    }

    @Test("copies the store beside a server that writes, and the copy shows everything that was acknowledged before")
    func backup() async throws {
        let store = try fixture.open()
        try await fixture.fill(store)
        let place = TestDirectory()
        let backup = try StoreDirectory(dataDirectory: fixture.directory.path).backup(to: "\(place.path)/copy/")
        #expect(backup.path == "\(place.path)/copy")
        #expect(backup.dayFiles == 2)
        #expect(backup.leftOut == [])
        #expect(backup.bytes > 0)
        #expect(place.names == ["copy"])
        #expect(try await fixture.contents(ofCopy: backup.path) == store.contents())
        #expect(try StoreDirectory(dataDirectory: backup.path).verify().faults == [])
        #expect(throws: SeriesStoreFailure.self) { try StoreDirectory(dataDirectory: fixture.directory.path).backup(to: backup.path) }
    }

    @Test("leaves a file out of a backup that is no database, and says so")
    func damagedBackup() async throws {
        let store = try fixture.open()
        try await fixture.fill(store)
        await store.close()
        try fixture.directory.write(Array("not a database".utf8), to: "series-2023-11-13.sqlite")
        let place = TestDirectory()
        let backup = try StoreDirectory(dataDirectory: fixture.directory.path).backup(to: "\(place.path)/copy")
        #expect(backup.leftOut.map(\.file) == ["series-2023-11-13.sqlite"])
        #expect(try await fixture.contents(ofCopy: backup.path).values.map(\.count) == [50, 50, 50])
    }

    @Test("compacts only when no server has the store, and nothing is lost")
    func compacting() async throws {
        let store = try fixture.open()
        for part in 0..<5 {
            let start = StoreFixture.noon.milliseconds - 7_200_000 + Int64(part) * 600_000
            try await store.append(StoreFixture.samples(from: start, count: 40))
            try await store.flush()
        }
        let outside = try StoreDirectory(dataDirectory: fixture.directory.path)
        #expect(throws: SeriesStoreFailure.locked(directory: fixture.directory.path, processID: Int(getpid()))) {
            try outside.compact { _ in }
        }
        let contents = try await store.contents()
        await store.close()
        #expect(try outside.statistics().total.runs > 1)
        var compacted: [StoreDirectory.CompactedFile] = []
        try outside.compact { compacted.append($0) }
        #expect(compacted.map(\.name) == ["series-2023-11-14.sqlite"])
        #expect(compacted.allSatisfy { $0.bytesAfter <= $0.bytesBefore && $0.damagedBlocks == 0 && $0.fault == nil })
        #expect(try outside.statistics().total.runs == 1)
        let again = try fixture.open()
        #expect(try await again.contents() == contents)
    }
}
