import Foundation
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import SeriesStore

@Suite("The series store")
struct SeriesStoreTests {
    static let noon = StoreFixture.noon.milliseconds
    static let day = Day.milliseconds

    // MARK: Selecting

    @Test(
        "answers all four matchers, from memory and from day files",
        arguments: [
            ("instance", .equal, "mx-1", ["mx-1"]), ("instance", .notEqual, "mx-1", ["", "mx-2"]),
            ("instance", .matches, "mx-.*", ["mx-1", "mx-2"]), ("instance", .doesNotMatch, "mx-(1|3)", ["", "mx-2"]),
            ("instance", .equal, "", [""]), ("instance", .notEqual, "", ["mx-1", "mx-2"]),
            ("instance", .matches, ".*", ["", "mx-1", "mx-2"]),
            ("nothing", .equal, "", ["", "mx-1", "mx-2"]), ("nothing", .equal, "x", []),
        ] as [(String, LabelMatcher.Operation, String, [String])], [false, true])
    func matchers(condition: (String, LabelMatcher.Operation, String, [String]), isFlushed: Bool) async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        let old = Self.noon - 2 * Self.day
        for labels in [["instance": "mx-1"], ["instance": "mx-2"], [:]] {
            try await store.append([Sample(LabelSet(metric: "queue_size", labels), at: old, 1)])
            try await store.append([Sample(LabelSet(metric: "other", labels), at: old, 1)])
        }
        if isFlushed {
            try await store.flush()
            #expect(store.status().samplesInMemory == 0)
        }
        let matchers = [LabelMatcher("__name__", equals: "queue_size"), try LabelMatcher(condition.0, condition.1, condition.2)]
        let found = try await store.contents(matchers)
        #expect(Set(found.keys.map { $0["instance"] ?? "" }) == Set(condition.3))
        #expect(found.keys.allSatisfy { $0.metricName == "queue_size" })
        #expect(try await store.contents(matchers.reversed()) == found)
    }

    @Test("gives the samples from start through end, both included, and no series without one")
    func range() async throws {
        let store = try StoreFixture().open()
        try await store.append((0..<10).map { Sample(at: Self.noon + $0 * 1000, Double($0)) })
        let found = try await store.contents(from: Self.noon + 2000, through: Self.noon + 4000)
        #expect(found[StoreFixture.series]?.keys.sorted() == [2000, 3000, 4000].map { Self.noon + $0 })
        #expect(try await store.contents(from: Self.noon + 2001, through: Self.noon + 2999).isEmpty)
        #expect(try await store.contents(from: Self.noon + 4000, through: Self.noon + 2000).isEmpty)
    }

    @Test("takes samples of any age and order, and joins what memory and days hold")
    func anyOrder() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        let times = [
            0, Self.noon, Self.noon - 5 * Self.day, 1, -1, Self.noon - Self.day, Self.noon + 1, Day.acceptedMilliseconds.lowerBound,
        ]
        for (index, time) in times.enumerated() {
            try await store.append([Sample(at: time, Double(index))])
            if index % 3 == 2 { try await store.flush() }
        }
        try await store.flush()
        #expect(try await store.contents()[StoreFixture.series]?.keys.sorted() == times.sorted())
        #expect(store.status().intake.outOfOrder == 6 - 1)
        #expect(fixture.directory.names.contains("series-1970-01-01.sqlite"))
        #expect(fixture.directory.names.contains("series-1969-12-31.sqlite"))
        #expect(fixture.directory.names.contains("series-0000-01-01.sqlite"))
    }

    @Test("refuses a time that no calendar shows, names it, and takes the rest of the request")
    func timestampOutOfRange() async throws {
        let store = try StoreFixture().open()
        let refusal = await #expect(throws: WriteRefusal.self) {
            try await store.append([Sample(at: Self.noon, 1), Sample(at: .max, 1)])
        }
        #expect(refusal?.description.contains("outside the years 0 to 9999") == true)
        #expect(try await store.contents()[StoreFixture.series]?.count == 1)
        #expect(store.status().refusals.invalid == 1)
    }

    @Test("keeps the first of two values at one time and counts the other", arguments: [false, true])
    func conflict(isFlushedBetween: Bool) async throws {
        let store = try StoreFixture().open()
        let old = Self.noon - 3 * Self.day
        try await store.append([Sample(at: Self.noon, 1), Sample(at: old, 1)])
        if isFlushedBetween { try await store.flush() }
        try await store.append([Sample(at: Self.noon, 1), Sample(at: Self.noon, 2), Sample(at: old, 2)])
        if isFlushedBetween { try await store.flush() }
        let first = Double(1).bitPattern
        #expect(try await store.contents()[StoreFixture.series] == [Self.noon: first, old: first])
        #expect(store.status().intake.duplicates == 1)
        // What only a day file knows is compared when it is read, and not counted.
        #expect(store.status().intake.conflicts == (isFlushedBetween ? 1 : 2))
    }

    // MARK: Restarts

    @Test("has everything that was acknowledged after it was killed", arguments: [false, true])
    func crash(isFlushed: Bool) async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        try await store.append((0..<100).map { Sample(at: Self.noon - Int64($0) * 3_600_000, Double($0)) })
        if isFlushed { try await store.flush() }
        try await store.append([Sample(at: Self.noon + 1, Sample.staleMarker)])
        let before = try await store.contents()
        let again = try fixture.open(in: fixture.directory.snapshot())
        #expect(try await again.contents() == before)
        #expect(again.status().replay.samples == (isFlushed ? 1 : 101))
    }

    @Test("that is killed after a flush and before it forgets the journal shows nothing twice")
    func crashInsideFlush() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        try await store.append((0..<50).map { Sample(at: Self.noon - Int64($0) * 3_600_000, Double($0)) })
        let before = try await store.contents()
        let journals = try fixture.directory.names.filter { $0.hasPrefix("journal") }.map { ($0, try fixture.directory.bytes(of: $0)) }
        try await store.flush()
        let snapshot = try fixture.directory.snapshot()
        for (name, bytes) in journals { try snapshot.write(bytes, to: name) }
        let again = try fixture.open(in: snapshot)
        #expect(try await again.contents() == before)
        try await again.flush()
        #expect(try await again.contents() == before)
        #expect(again.status().intake.conflicts == 0)
    }

    @Test("answers recent queries after a restart from day files")
    func coldMemory() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        try await store.append([Sample(at: Self.noon - 60_000, 1), Sample(at: Self.noon - Self.day, 2)])
        try await store.flush()
        await store.close()
        let again = try fixture.open()
        #expect(again.status().samplesInMemory == 0)
        #expect(try await again.contents(from: Self.noon - 120_000).values.map(\.count) == [1])
    }

    @Test("lets only one process in, and names it")
    func lock() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        #expect(throws: SeriesStoreFailure.locked(directory: fixture.directory.path, processID: Int(getpid()))) { try fixture.open() }
        await store.close()
        _ = try fixture.open()
    }

    // MARK: Upkeep

    @Test("writes each UTC day into its own file, to the millisecond")
    func dayBoundary() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        let midnight = StoreFixture.noon.startOfUTCDay.milliseconds - Self.day
        try await store.append([midnight - 1, midnight, midnight + Self.day - 1].map { Sample(at: $0, 1) })
        try await store.flush()
        #expect(store.status().dayFiles == 2)
        #expect(store.status().journalBytes == 0)
        #expect(try await store.contents(from: midnight, through: midnight + Self.day - 1)[StoreFixture.series]?.count == 2)
        #expect(try await store.contents(from: midnight - 1, through: midnight - 1)[StoreFixture.series]?.count == 1)
    }

    @Test("forgets in memory what is older than the window, and still answers it")
    func memoryWindow() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        try await store.append([Sample(at: Self.noon, 1)])
        try await store.flush()
        #expect(store.status().samplesInMemory == 1)
        fixture.time.advance(by: .seconds(7201))
        try await store.flush()
        #expect(store.status().samplesInMemory == 0)
        #expect(try await store.contents()[StoreFixture.series]?.count == 1)
    }

    @Test("deletes day files whose whole day is older than the retention")
    func retention() async throws {
        var fixture = StoreFixture()
        fixture.configuration.downsampling = [:]
        let store = try fixture.open()
        let last = Self.noon - 15 * Self.day
        fixture.time.advance(by: .seconds(-86_400))
        try await store.append([last - Self.day, last, Self.noon - Self.day].map { Sample(at: $0, 1) })
        fixture.time.advance(by: .seconds(86_400))
        try await store.append([Sample(at: Self.noon, 1)])
        try await store.flush()
        try await store.removeExpired()
        #expect(try await store.contents()[StoreFixture.series]?.keys.sorted() == [last, Self.noon - Self.day, Self.noon])
        #expect(!fixture.directory.names.contains { $0.hasPrefix("series-2023-10-29") })
    }

    @Test("sets a damaged day file aside, names it, and goes on without it")
    func damagedDayFile() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        let old = Self.noon - 3 * Self.day
        try await store.append([Sample(at: old, 1), Sample(at: Self.noon, 1)])
        try await store.flush()
        await store.close()
        for name in fixture.directory.names where name.hasPrefix("series-2023-11-11") {
            try fixture.directory.write(Array(repeating: 0x5A, count: 8192), to: name)
        }
        let again = try fixture.open()
        #expect(try await again.contents()[StoreFixture.series]?.count == 1)
        #expect(again.status().damagedFiles == ["series-2023-11-11.sqlite.damaged"])
        try await again.append([Sample(at: old, 2)])
        try await again.flush()
        #expect(try await again.contents()[StoreFixture.series]?.count == 2)
        await again.close()
        #expect(try fixture.open().status().damagedFiles == ["series-2023-11-11.sqlite.damaged"])
    }

    @Test("keeps what could not be flushed, and flushes it when that is possible again")
    func failedFlush() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        let old = Self.noon - 3 * Self.day
        try await store.append([Sample(at: old, 1), Sample(at: Self.noon, 1)])
        // A directory in the place of a day file: it cannot be opened, and is not damaged.
        let obstacle = fixture.directory.path + "/series-2023-11-14.sqlite"
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
        await #expect(throws: SeriesStoreFailure.self) { try await store.flush() }
        #expect(store.status().lastFlushFailure?.isTransient == true)
        #expect(store.status().samplesPending == 2)
        #expect(store.status().journalBytes > 0)
        #expect(try await store.contents(from: old)[StoreFixture.series]?.count == 2)
        try FileManager.default.removeItem(atPath: obstacle)
        try await store.flush()
        #expect(store.status().lastFlushFailure == nil)
        #expect(store.status().samplesPending == 0)
        #expect(try await store.contents()[StoreFixture.series]?.count == 2)
    }

    @Test("writes nothing anywhere again and again because one old day cannot be written")
    func failedOldDay() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        let obstacle = fixture.directory.path + "/series-2023-11-11.sqlite"
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
        try await store.append([Sample(at: Self.noon - 3 * Self.day, 1), Sample(at: Self.noon, 1)])
        for _ in 0..<3 { await #expect(throws: SeriesStoreFailure.self) { try await store.flush() } }
        #expect(try await store.shelf.existingFile(of: .day(Day(containing: Self.noon)))?.contents() == [:])
        try FileManager.default.removeItem(atPath: obstacle)
        try await store.flush()
        #expect(try await store.contents()[StoreFixture.series]?.count == 2)
    }

    @Test("opens although a deletion cannot be done again yet, says so, keeps it through flushes and crashes, and does it when it can")
    func deletionAtStart() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        try await store.append([Sample(at: Self.noon, 1)])
        try await store.flush()
        let name = Day(containing: Self.noon).fileName
        let before = try fixture.directory.snapshot()
        try await store.delete([], from: Timestamp(milliseconds: .min), through: Timestamp(milliseconds: .max))
        await store.close()
        let journal = try fixture.directory.names.filter { $0.hasPrefix("journal-") }.map { ($0, try fixture.directory.bytes(of: $0)) }
        for (name, bytes) in journal { try before.write(bytes, to: name) }
        let bytes = try before.bytes(of: name)
        for suffix in ["", "-wal", "-shm"] { unlink("\(before.path)/\(name)\(suffix)") }
        mkdir("\(before.path)/\(name)", 0o700)
        var again = try fixture.open(in: before)
        for _ in 0..<2 {
            #expect(again.status().undeletedFiles == [name])
            // Samples of other days are flushed all the same.
            try await again.append([Sample(at: Self.noon - Self.day, 1)])
            try await again.flush()
            #expect(again.status().samplesPending == 0 && again.status().lastFlushFailure == nil)
            #expect(again.status().undeletedFiles == [name] && again.status().journalBytes > 0)
            await again.close()
            again = try fixture.open(in: before)
        }
        rmdir("\(before.path)/\(name)")
        try before.write(bytes, to: name)
        #expect(try await again.contents()[StoreFixture.series]?.count == 2)
        try await again.flush()
        #expect(try await again.contents()[StoreFixture.series]?.keys.sorted() == [Self.noon - Self.day])
        #expect(again.status().undeletedFiles == [])
        #expect(again.status().journalBytes == 0)
    }

    @Test("deletes in the other files when one cannot be changed, tells the caller, and flushes on")
    func deletionInPart() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        try await store.append((0..<3).map { Sample(at: Self.noon - $0 * Self.day, 1) })
        try await store.flush()
        await store.close()
        let name = Day(containing: Self.noon - Self.day).fileName
        let bytes = try fixture.directory.bytes(of: name)
        for suffix in ["", "-wal", "-shm"] { unlink("\(fixture.directory.path)/\(name)\(suffix)") }
        mkdir("\(fixture.directory.path)/\(name)", 0o700)
        let again = try fixture.open()
        for _ in 0..<2 {
            await #expect(throws: SeriesStoreFailure.self) {
                try await again.delete([], from: Timestamp(milliseconds: .min), through: Timestamp(milliseconds: .max))
            }
        }
        #expect(again.deletions.deletions.count == 1)
        try await again.append([Sample(at: Self.noon + 1, 1)])
        try await again.flush()
        #expect(again.status().samplesPending == 0 && again.status().undeletedFiles == [name])
        let later = try await again.contents(from: Self.noon - 2 * Self.day, through: Self.noon - 2 * Self.day)
        #expect(later.isEmpty)
        rmdir("\(fixture.directory.path)/\(name)")
        try fixture.directory.write(bytes, to: name)
        try await again.flush()
        // What came after the deletion, into a file that could be changed, stays.
        #expect(try await again.contents()[StoreFixture.series]?.keys.sorted() == [Self.noon + 1])
    }

    @Test("does not forget a deletion that a flush overtakes")
    func overtakenDeletion() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open()
        try await store.append([Sample(at: Self.noon, 1)])
        try await store.flush()
        let deletion = DeletionRecord(matchers: [], range: Int64.min...Int64.max)
        // The steps of `delete`, with a flush between the first two and the last.
        let number = store.deletions.begin(deletion)
        try await store.journal.append(deletion.encoded)
        try await store.flush()
        #expect(try await fixture.open(in: fixture.directory.snapshot()).contents().isEmpty)
        try await store.upkeep.delete(deletion)
        store.deletions.end(number)
        #expect(try await store.contents().isEmpty)
        try await store.flush()
        #expect(store.status().journalBytes == 0)
    }

    @Test("refuses samples while the disk is full, reads on, and recovers by itself")
    func diskFull() async throws {
        let isFull = Shared(false)
        let disk = JournalDisk(
            write: { descriptor, bytes in
                guard isFull.value else { return JournalDisk.live.write(descriptor, bytes) }
                errno = ENOSPC
                return -1
            }, sync: JournalDisk.live.sync)
        let store = try StoreFixture().open(disk: disk)
        try await store.append([Sample(at: Self.noon, 1)])
        isFull.value = true
        let refusal = await #expect(throws: WriteRefusal.self) { try await store.append([Sample(at: Self.noon + 1, 1)]) }
        #expect(refusal?.description.contains("no space is left") == true)
        #expect(refusal?.retryAfterSeconds == 5)
        #expect(try await store.contents()[StoreFixture.series]?.count == 1)
        isFull.value = false
        try await store.append([Sample(at: Self.noon + 1, 1)])
        #expect(try await store.contents()[StoreFixture.series]?.count == 2)
    }

    @Test("is whole while many write, read and flush at once")
    func concurrency() async throws {
        let fixture = StoreFixture()
        let store = try fixture.open(segmentBytes: 4096)
        try await withThrowingTaskGroup { group in
            for writer in 0..<8 {
                group.addTask {
                    let labels = LabelSet(metric: "m", ["writer": "\(writer)"])
                    for step in 0..<50 as Range<Int64> {
                        let time = Self.noon - step * 1_000_000
                        try await store.append([Sample(labels, at: time, Double(step))])
                        let found = try await store.contents([LabelMatcher("writer", equals: "\(writer)")])
                        #expect(found[labels]?.count == Int(step) + 1)
                    }
                }
            }
            group.addTask { for _ in 0..<10 { try await store.flush() } }
            group.addTask { for _ in 0..<10 { try await store.flush() } }
            try await group.waitForAll()
        }
        let before = try await store.contents()
        #expect(before.values.map(\.count).reduce(0, +) == 400)
        await store.close()
        #expect(try await fixture.open().contents() == before)
    }
}
