import Foundation
import TestSupport
import Testing

@testable import PostwatchRuntime

@Suite("The end of a journal segment")
struct JournalTailTests {
    let directory = TestDirectory()

    func open(disk: JournalDisk = .live, isSyncedAlways: Bool = true) throws -> (Journal, JournalReplay, [[UInt8]]) {
        var found: [[UInt8]] = []
        let (journal, replay) = try Journal.open(
            directory: directory.path, segmentBytes: 1 << 20, disk: disk, isSyncedAlways: isSyncedAlways
        ) { bytes, _ in found.append(Array(bytes)) }
        return (journal, replay, found)
    }

    func name(_ number: Int) -> String { "journal-0000000\(number).log" }

    /// Two records in each of three segments.
    func writeThreeSegments() async throws {
        let (journal, _, _) = try open()
        for segment in 0..<3 as Range<UInt8> {
            try await journal.append([segment, 1])
            try await journal.append([segment, 2])
            _ = await journal.rotate()
        }
        await journal.close()
    }

    @Test("is damaged where a later segment follows: that is told, nothing is cut off, and the later ones are replayed", arguments: 1...17)
    func missingEnd(bytesMissing: Int) async throws {
        try await writeThreeSegments()
        let whole = try directory.bytes(of: name(2))
        let left = Array(whole.dropLast(bytesMissing))
        try directory.write(left, to: name(2))
        let soundBytes = whole.count - 18
        for _ in 0..<2 {
            let (journal, replay, found) = try open()
            await journal.close()
            #expect(found == [[0, 1], [0, 2], [1, 1], [2, 1], [2, 2]])
            #expect(replay.tornBytes == 0)
            #expect(
                replay.damage == [JournalDamage(path: "\(directory.path)/\(name(2))", offset: soundBytes, bytes: left.count - soundBytes)])
            #expect(try directory.bytes(of: name(2)) == left)
        }
    }

    @Test("is an unfinished write in the last segment only: that one is cut off")
    func tornLast() async throws {
        try await writeThreeSegments()
        try directory.write(Array(try directory.bytes(of: name(3)).dropLast(1)), to: name(3))
        let (first, replay, found) = try open()
        await first.close()
        #expect(found.count == 5)
        #expect(replay.tornBytes == 17 && replay.damage.isEmpty)
        let (second, again, _) = try open()
        await second.close()
        #expect(again.tornBytes == 0 && again.damage.isEmpty)
    }

    @Test("stays damaged, and told, when the segment behind it turns out to be empty")
    func emptyLast() async throws {
        try await writeThreeSegments()
        try directory.write(Array(try directory.bytes(of: name(2)).dropLast(1)), to: name(2))
        // What a crash leaves that came between the making of a file and its first write.
        try directory.write([], to: name(3))
        for _ in 0..<3 {
            let (journal, replay, found) = try open()
            await journal.close()
            #expect(found == [[0, 1], [0, 2], [1, 1]])
            #expect(replay.damage.count == 1)
        }
    }

    @Test("comes after a write that is under way when the segment is to be ended")
    func rotationDuringWrite() async throws {
        let isWriting = AsyncStream<Void>.makeStream()
        let mayGoOn = DispatchSemaphore(value: 0)
        let disk = JournalDisk(
            write: { descriptor, bytes in
                // Half, then the other half when the rotation has been asked for.
                isWriting.continuation.yield()
                mayGoOn.wait()
                return JournalDisk.live.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes.prefix(max(1, bytes.count / 2))))
            }, sync: JournalDisk.live.sync)
        let (journal, _, _) = try open(disk: disk)
        async let position = journal.append(Array(repeating: 7, count: 100))
        var writes = isWriting.stream.makeAsyncIterator()
        await writes.next()
        async let limit = journal.rotate()
        for _ in 0..<200 { mayGoOn.signal() }
        #expect(try await position.segment < limit)
        try await journal.append([1])
        await journal.close()
        let (again, replay, found) = try open()
        await again.close()
        #expect(found == [Array(repeating: 7, count: 100), [1]])
        #expect(replay.damage.isEmpty && replay.tornBytes == 0)
    }

    @Test("has to be whole on disk before the next segment is begun: until then records are refused")
    func failingCut() async throws {
        let isSyncing = Shared(true)
        let isCutting = Shared(true)
        let disk = JournalDisk(
            write: JournalDisk.live.write,
            sync: { descriptor in
                if isSyncing.value { return JournalDisk.live.sync(descriptor) }
                errno = EIO
                return -1
            },
            truncate: { descriptor, bytes in
                if isCutting.value { return JournalDisk.live.truncate(descriptor, bytes) }
                errno = EIO
                return -1
            })
        let (journal, _, _) = try open(disk: disk)
        try await journal.append([1])
        isSyncing.value = false
        isCutting.value = false
        await #expect(throws: JournalFailure.self) { try await journal.append([2]) }
        isSyncing.value = true
        let failure = await #expect(throws: JournalFailure.self) { try await journal.append([3]) }
        #expect(failure?.isTransient == true)
        #expect(directory.names == [name(1)])
        isCutting.value = true
        try await journal.append([4])
        await journal.close()
        #expect(directory.names == [name(1), name(2)])
        let (again, replay, found) = try open()
        await again.close()
        #expect(found == [[1], [4]])
        #expect(replay.damage.isEmpty && replay.tornBytes == 0)
    }

    @Test("that could not be synced in time is told, and nothing is written behind it")
    func failedLaterSync() async throws {
        let isSyncing = Shared(false)
        let disk = JournalDisk(write: JournalDisk.live.write) { descriptor in
            if isSyncing.value { return JournalDisk.live.sync(descriptor) }
            errno = EIO
            return -1
        }
        let (journal, _, _) = try open(disk: disk, isSyncedAlways: false)
        let first = try await journal.append([1])
        await #expect(throws: JournalFailure.self) { try await journal.sync() }
        await #expect(throws: JournalFailure.self) { try await journal.append([2]) }
        isSyncing.value = true
        try await journal.sync()
        let third = try await journal.append([3])
        #expect(third.segment > first.segment)
        await journal.close()
        let (again, _, found) = try open()
        await again.close()
        #expect(found == [[1], [3]])
    }
}
