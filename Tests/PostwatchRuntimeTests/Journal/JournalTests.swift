import Foundation
import PostwatchRuntime
import TestSupport
import Testing

@Suite("The journal")
struct JournalTests {
    static let payloads: [[UInt8]] = [Array("one".utf8), Array("two, longer".utf8), [0], Array(repeating: 7, count: 300)]

    func reopen(_ directory: TestDirectory, segmentBytes: Int = 1 << 20) throws -> (Journal, JournalReplay, [[UInt8]]) {
        var found: [[UInt8]] = []
        let (journal, replay) = try Journal.open(directory: directory.path, segmentBytes: segmentBytes) { bytes, _ in
            found.append(Array(bytes))
        }
        return (journal, replay, found)
    }

    func write(_ payloads: [[UInt8]], to directory: TestDirectory, segmentBytes: Int = 1 << 20) async throws {
        let (journal, _, _) = try reopen(directory, segmentBytes: segmentBytes)
        for payload in payloads { try await journal.append(payload) }
        await journal.close()
    }

    @Test("that another release wrote is left alone")
    func foreignVersion() async throws {
        let directory = TestDirectory()
        try directory.write(Array("PWJRNL".utf8) + [0, 1] + Array(repeating: 7, count: 40), to: "journal-00000001.log")
        let failure = #expect(throws: JournalFailure.self) { try reopen(directory) }
        #expect(failure?.description.contains("version 1") == true)
        #expect(try directory.bytes(of: "journal-00000001.log").count == 48)
    }

    @Test("gives back its records in order, over segments and openings")
    func order() async throws {
        let directory = TestDirectory()
        try await write(Self.payloads, to: directory, segmentBytes: 50)
        try await write(Self.payloads, to: directory, segmentBytes: 50)
        let (_, replay, found) = try reopen(directory)
        #expect(found == Self.payloads + Self.payloads)
        #expect(replay.segments > 2)
        #expect(replay.tornBytes == 0 && replay.damage.isEmpty)
    }

    @Test("that was cut off at any byte keeps every whole record before the cut, and is sound from then on")
    func tornTail() async throws {
        let original = TestDirectory()
        try await write(Self.payloads, to: original)
        let name = try #require(original.names.first)
        let bytes = try original.bytes(of: name)
        var ends = [8]
        for payload in Self.payloads { ends.append((ends.last ?? 0) + 16 + payload.count) }
        #expect(ends.last == bytes.count)
        for length in 0..<bytes.count {
            let directory = TestDirectory()
            try directory.write(Array(bytes[..<length]), to: name)
            let whole = ends.filter { $0 <= length }.count - 1
            let (journal, replay, found) = try reopen(directory)
            #expect(found == Array(Self.payloads.prefix(max(0, whole))), "cut at \(length)")
            #expect(replay.tornBytes == length - (whole < 0 ? 0 : ends[whole]))
            #expect(replay.damage.isEmpty)
            try await journal.append([9])
            await journal.close()
            let (_, second, again) = try reopen(directory)
            #expect(again == found + [[9]])
            #expect(second.tornBytes == 0)
        }
    }

    @Test("with one changed byte loses the record it lies in, says so, and keeps the rest")
    func damage() async throws {
        let original = TestDirectory()
        try await write(Self.payloads, to: original)
        let name = try #require(original.names.first)
        let bytes = try original.bytes(of: name)
        // The last record is left alone: damage there cannot be told from a torn tail.
        for index in 8..<(bytes.count - 300 - JournalRecord.headerBytes) {
            let directory = TestDirectory()
            var damaged = bytes
            damaged[index] ^= 0x55
            try directory.write(damaged, to: name)
            let (_, replay, found) = try reopen(directory)
            #expect(found.count == Self.payloads.count - 1, "changed at \(index)")
            #expect(replay.damage.count == 1)
        }
    }

    @Test("shares one sync among requests that arrive together, and keeps their order")
    func groupCommit() async throws {
        let directory = TestDirectory()
        let syncs = Shared(0)
        let arrived = Shared(0)
        let everybody = DispatchSemaphore(value: 0)
        // The first sync lasts until all requests have arrived.
        let disk = JournalDisk(write: JournalDisk.live.write) { descriptor in
            if syncs.withLock({
                $0 += 1; return $0
            }) == 1 {
                everybody.wait()
            }
            return JournalDisk.live.sync(descriptor)
        }
        let (journal, _) = try Journal.open(directory: directory.path, segmentBytes: 1 << 20, disk: disk) { _, _ in }
        let order = Shared<[JournalPosition]>([])
        try await withThrowingTaskGroup { group in
            for number in 0..<500 {
                group.addTask {
                    if arrived.withLock({
                        $0 += 1; return $0
                    }) == 500 {
                        everybody.signal()
                    }
                    try await journal.append(Array("\(number)".utf8)) { position in order.withLock { $0.append(position) } }
                }
            }
            try await group.waitForAll()
        }
        // One that all share, and a few for those that were on their way to the door.
        #expect(syncs.value < 50)
        #expect(order.value == order.value.sorted())
        #expect(order.value.count == 500)
        await journal.close()
        #expect(try reopen(directory).2.count == 500)
    }

    @Test("refuses records while the disk is full, keeps nothing of them, and goes on when there is space")
    func diskFull() async throws {
        let directory = TestDirectory()
        let room = Shared(100)
        // Writes half of what it is given before it finds the disk full, as real ones do.
        let disk = JournalDisk(
            write: { descriptor, bytes in
                let count = room.withLock { room in
                    let count = min(room, bytes.count)
                    room -= count
                    return count
                }
                guard count > 0 else {
                    errno = ENOSPC
                    return -1
                }
                return JournalDisk.live.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            }, sync: JournalDisk.live.sync)
        let (journal, _) = try Journal.open(directory: directory.path, segmentBytes: 1 << 20, disk: disk) { _, _ in }
        try await journal.append([1])
        await #expect(throws: JournalFailure.self) { try await journal.append(Array(repeating: 2, count: 200)) }
        room.withLock { $0 = 10_000 }
        try await journal.append([3])
        await journal.close()
        let (_, replay, found) = try reopen(directory)
        #expect(found == [[1], [3]])
        #expect(replay.tornBytes == 0 && replay.damage.isEmpty)
    }

    @Test("keeps nothing of a record whose sync failed")
    func failedSync() async throws {
        let directory = TestDirectory()
        let isBroken = Shared(false)
        let disk = JournalDisk(write: JournalDisk.live.write) { descriptor in
            guard isBroken.withLock({ $0 }) else { return JournalDisk.live.sync(descriptor) }
            errno = EIO
            return -1
        }
        let (journal, _) = try Journal.open(directory: directory.path, segmentBytes: 1 << 20, disk: disk) { _, _ in }
        try await journal.append([1])
        isBroken.withLock { $0 = true }
        let failure = await #expect(throws: JournalFailure.self) { try await journal.append([2]) }
        #expect(failure?.isTransient == true)
        isBroken.withLock { $0 = false }
        try await journal.append([3])
        await journal.close()
        #expect(try reopen(directory).2 == [[1], [3]])
    }

    @Test("deletes only segments below the one asked for")
    func removal() async throws {
        let directory = TestDirectory()
        let (journal, _, _) = try reopen(directory)
        try await journal.append([1])
        let limit = await journal.rotate()
        try await journal.append([2])
        try await journal.removeSegments(below: limit)
        await journal.close()
        #expect(try reopen(directory).2 == [[2]])
    }
}
