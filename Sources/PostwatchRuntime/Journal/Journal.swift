import Foundation

/// Records on disk in the order in which they were acknowledged: segment files with a checksum per record and group commit.
///
/// `append` returns after `fdatasync`; requests that arrive during a sync share the next one. Nothing here knows what a record means.
/// The byte layout is in `docs/formats/journal.md`.
public final class Journal: Sendable {
    private let inbox: JournalInbox
    private let writer: JournalWriter

    /// Opens or creates the journal in `directory`, gives `replay` every sound record with its position, oldest first, and cuts a torn
    /// tail off the last segment. The caller makes sure that no other process uses the directory.
    /// - Parameters:
    ///   - segmentBytes: a segment that has reached this size is followed by a new one. Default: 32 MiB.
    ///   - firstSegment: new records go to segments with at least this number, also when all files are gone: for an owner who remembers
    ///     positions elsewhere. Default: 1.
    public static func open(
        directory: String, segmentBytes: Int = 32 << 20, firstSegment: Int = 1,
        replay: (UnsafeRawBufferPointer, JournalPosition) -> Void
    ) throws(JournalFailure) -> (Journal, JournalReplay) {
        try open(
            directory: directory, segmentBytes: segmentBytes, firstSegment: firstSegment, disk: .live, isSyncedAlways: true, replay: replay)
    }

    /// - Parameters:
    ///   - isSyncedAlways: `append` returns after `fdatasync`. Otherwise once the kernel has the record, and `sync` is the owner's to call.
    ///   - freeBytes: a record that would leave less free on the disk is refused as if the disk were full. Default: 0.
    package static func open(
        directory: String, segmentBytes: Int, firstSegment: Int = 1, disk: JournalDisk, isSyncedAlways: Bool = true,
        leavingFree freeBytes: Int = 0, replay: (UnsafeRawBufferPointer, JournalPosition) -> Void
    ) throws(JournalFailure) -> (Journal, JournalReplay) {
        precondition(segmentBytes > 0 && firstSegment > 0)
        let numbers = try JournalFailure.of { () throws(SystemError) in
            try Directory.create(directory)
            return try Directory.names(in: directory).compactMap(JournalSegment.number).sorted()
        }
        let inbox = JournalInbox()
        var report = JournalReplay()
        for number in numbers {
            let path = JournalSegment.path(number, in: directory)
            let (reading, bytes) = try replaySegment(number, path: path, replay)
            report.segments += 1
            report.records += reading.records
            report.damage += reading.damage
            if number == numbers.last {
                report.tornBytes = reading.tornBytes
                try settle(path, bytes: reading.soundBytes, disk: disk)
                inbox.note(segment: number, bytes: reading.soundBytes)
            } else {
                // The writer starts no segment before the last one is whole on disk: here is no unfinished write.
                if reading.tornBytes > 0 {
                    report.damage.append(JournalDamage(path: path, offset: reading.soundBytes, bytes: reading.tornBytes))
                }
                inbox.note(segment: number, bytes: bytes)
            }
        }
        let writer = JournalWriter(
            directory: directory, segmentBytes: segmentBytes, number: max((numbers.last ?? 0) + 1, firstSegment), disk: disk,
            isSyncedAlways: isSyncedAlways, freeBytes: freeBytes, inbox: inbox)
        return (Journal(inbox: inbox, writer: writer), report)
    }

    /// Keeps `payload` (1 byte to 64 MiB). Returns once it is on disk. When this throws nothing of it is kept, unless the process ends
    /// before a failing disk lets it be cut off again.
    /// - Parameter onDurable: called exactly once before this returns, one record after the other in journal order: whoever mirrors the
    ///   journal in memory sees the same order as a later replay. Must be quick, and not call back.
    @discardableResult
    public func append(
        _ payload: [UInt8], onDurable: @escaping @Sendable (JournalPosition) -> Void = { _ in }
    ) async throws(JournalFailure) -> JournalPosition {
        precondition(!payload.isEmpty, "A record of nothing cannot be told from a hole in the file")
        guard payload.count <= JournalRecord.maximumBytes else { throw .tooLarge(bytes: payload.count) }
        return try await writer.commit(inbox.add(payload, onDurable: onDurable))
    }

    /// Has everything on disk that was appended so far: for a journal that does not sync each time. When it throws, records of the last
    /// segment may not survive a power cut, and none are taken until the disk syncs again.
    public func sync() async throws(JournalFailure) {
        try await writer.syncOutstanding()
    }

    /// Starts a new segment with the next record. All records whose `onDurable` has been called lie below the number returned, and
    /// those of records that lie below it have been called.
    public func rotate() async -> Int {
        await writer.rotate()
    }

    /// Deletes segments below `limit`: their records are kept elsewhere or no longer needed.
    public func removeSegments(below limit: Int) async throws(JournalFailure) {
        try await writer.removeSegments(below: limit)
    }

    /// Reads one record back. Throws `.damaged` when it is gone or its checksum does not hold.
    public func payload(at position: JournalPosition) async throws(JournalFailure) -> [UInt8] {
        try await writer.payload(at: position)
    }

    /// Ends writing; later appends throw `.closed`.
    public func close() async {
        await writer.close()
    }

    /// Bytes of all segments.
    public var bytes: Int { inbox.bytes }

    /// The lowest number among the segments; `nil` when there are none.
    public var oldestSegment: Int? { inbox.oldestSegment }

    /// The highest number among the segments; `nil` when there are none. The only one that is still written to.
    public var newestSegment: Int? { inbox.newestSegment }

    // MARK: - Private

    private init(inbox: JournalInbox, writer: JournalWriter) {
        self.inbox = inbox
        self.writer = writer
    }

    /// What was found, and how many bytes the file has.
    private static func replaySegment(
        _ number: Int, path: String, _ replay: (UnsafeRawBufferPointer, JournalPosition) -> Void
    ) throws(JournalFailure) -> (JournalSegment.Reading, bytes: Int) {
        let bytes = try JournalFailure.of { () throws(SystemError) in try Directory.contents(of: path) }
        if let version = JournalSegment.foreignVersion(of: bytes) { throw .foreignVersion(version, path: path) }
        let reading = bytes.withUnsafeBytes { buffer in
            JournalSegment.read(buffer, path: path) { replay($0, JournalPosition(segment: number, offset: $1)) }
        }
        return (reading, bytes.count)
    }

    /// Cuts off a torn tail, and has on disk what was replayed: whole records that were written and never synced may be among it.
    /// An empty file stays, and keeps its number from being used again.
    private static func settle(_ path: String, bytes: Int, disk: JournalDisk) throws(JournalFailure) {
        try JournalFailure.of { () throws(SystemError) in
            let descriptor = Foundation.open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw SystemError(errno, "open", path) }
            defer { Foundation.close(descriptor) }
            try disk.cut(descriptor, to: bytes, path: path)
        }
    }
}
