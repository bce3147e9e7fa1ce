import Foundation

/// Owns the open segment and the thread that writes to it. Everything that waits when a write begins shares its sync.
actor JournalWriter {
    private let directory: String
    private let segmentBytes: Int
    private let disk: JournalDisk
    private let isSyncedAlways: Bool
    /// What is left to others on the disk.
    private let freeBytes: Int
    private let inbox: JournalInbox
    private let executor = DiskExecutor(label: "postwatch.journal")
    private var number: Int
    /// `nil` until something is written, and after a failure that leaves the segment's end in doubt.
    private var descriptor: Int32?
    /// Bytes of the open segment that are known to be on disk.
    private var durableBytes = 0
    /// Something was written since the last sync.
    private var isUnsynced = false
    private var outcomes: [JournalInbox.Ticket: Result<JournalPosition, JournalFailure>] = [:]
    private var isClosed = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// `number` is that of the segment to be written next.
    init(directory: String, segmentBytes: Int, number: Int, disk: JournalDisk, isSyncedAlways: Bool, freeBytes: Int, inbox: JournalInbox) {
        self.directory = directory
        self.segmentBytes = segmentBytes
        self.number = number
        self.disk = disk
        self.isSyncedAlways = isSyncedAlways
        self.freeBytes = freeBytes
        self.inbox = inbox
    }

    deinit {
        if let descriptor { Foundation.close(descriptor) }
    }

    /// Returns once the record behind `ticket` is on disk, by this call's sync or by one that an earlier call made.
    func commit(_ ticket: JournalInbox.Ticket) throws(JournalFailure) -> JournalPosition {
        if outcomes[ticket] == nil { writeWaitingRecords() }
        guard let outcome = outcomes.removeValue(forKey: ticket) else { preconditionFailure("A ticket is redeemed once") }
        return try outcome.get()
    }

    func syncOutstanding() throws(JournalFailure) {
        guard isUnsynced, let descriptor else { return }
        do throws(SystemError) { try sync(descriptor) } catch { throw JournalFailure(error) }
    }

    /// Ends the open segment. Every record committed so far lies in a segment below the number returned.
    func rotate() -> Int {
        if descriptor != nil {
            closeSegment()
            number += 1
        }
        return number
    }

    /// Deletes whole segments; the open one is never touched.
    func removeSegments(below limit: Int) throws(JournalFailure) {
        do throws(SystemError) {
            let names = try Directory.names(in: directory)
            for segment in names.compactMap(JournalSegment.number) where segment < min(limit, number) {
                try Directory.remove(JournalSegment.path(segment, in: directory))
                inbox.forget(segment: segment)
            }
        } catch {
            throw JournalFailure(error)
        }
    }

    func payload(at position: JournalPosition) throws(JournalFailure) -> [UInt8] {
        let record: [UInt8]
        do throws(SystemError) {
            record = try readRecord(at: position)
        } catch {
            throw error.code == ENOENT ? .damaged(position) : JournalFailure(error)
        }
        guard let payload = record.withUnsafeBytes({ JournalRecord.payload(at: 0, of: $0).map { Array($0) } }) else {
            throw .damaged(position)
        }
        return payload
    }

    func close() {
        isClosed = true
        closeSegment()
    }

    // MARK: - Private

    /// Header and payload; fewer bytes when the segment ends before.
    private func readRecord(at position: JournalPosition) throws(SystemError) -> [UInt8] {
        let path = JournalSegment.path(position.segment, in: directory)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(errno, "open", path) }
        defer { Foundation.close(descriptor) }
        let header = try Directory.read(JournalRecord.headerBytes, at: position.offset, of: descriptor, path: path)
        guard let length = header.withUnsafeBytes(JournalRecord.declaredLength) else { return header }
        return try Directory.read(JournalRecord.headerBytes + length, at: position.offset, of: descriptor, path: path)
    }

    private func writeWaitingRecords() {
        let records = inbox.take()
        let result: Result<[JournalPosition], JournalFailure>
        do throws(JournalFailure) {
            result = .success(try write(records.map(\.payload)))
        } catch {
            result = .failure(error)
        }
        switch result {
        case .success(let positions):
            for (record, position) in zip(records, positions) {
                record.onDurable(position)
                outcomes[record.ticket] = .success(position)
            }
        case .failure(let failure):
            for record in records { outcomes[record.ticket] = .failure(failure) }
        }
    }

    private func write(_ payloads: [[UInt8]]) throws(JournalFailure) -> [JournalPosition] {
        if isClosed { throw .closed }
        if descriptor != nil && durableBytes >= segmentBytes { _ = rotate() }
        try leaveSpace(beside: payloads.reduce(0) { $0 + $1.count })
        var buffer: [UInt8] = []
        if descriptor == nil {
            try openSegment()
            buffer = JournalSegment.header
        }
        buffer.reserveCapacity(payloads.reduce(buffer.count) { $0 + $1.count + JournalRecord.headerBytes })
        var positions: [JournalPosition] = []
        for payload in payloads {
            positions.append(JournalPosition(segment: number, offset: durableBytes + buffer.count))
            JournalRecord.encode(payload, into: &buffer)
        }
        do throws(SystemError) {
            try writeAndSync(buffer)
        } catch {
            abandonUnsyncedTail()
            throw JournalFailure(error)
        }
        durableBytes += buffer.count
        inbox.note(segment: number, bytes: durableBytes)
        return positions
    }

    private func leaveSpace(beside bytes: Int) throws(JournalFailure) {
        guard freeBytes > 0, let free = Directory.freeBytes(at: directory) else { return }
        if free < bytes + freeBytes { throw .diskFull(path: JournalSegment.path(number, in: directory)) }
    }

    private func writeAndSync(_ buffer: [UInt8]) throws(SystemError) {
        guard let descriptor else { preconditionFailure("A segment is open") }
        let path = JournalSegment.path(number, in: directory)
        var written = 0
        while written < buffer.count {
            let count = buffer.withUnsafeBytes { disk.write(descriptor, UnsafeRawBufferPointer(rebasing: $0[written...])) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw SystemError(count == 0 ? ENOSPC : errno, "write", path) }
            written += count
        }
        isUnsynced = true
        if isSyncedAlways { try sync(descriptor) }
    }

    private func sync(_ descriptor: Int32) throws(SystemError) {
        while disk.sync(descriptor) != 0 {
            if errno != EINTR { throw SystemError(errno, "sync", JournalSegment.path(number, in: directory)) }
        }
        isUnsynced = false
    }

    private func openSegment() throws(JournalFailure) {
        let path = JournalSegment.path(number, in: directory)
        let opened = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o640)
        guard opened >= 0 else { throw JournalFailure(SystemError(errno, "create", path)) }
        do throws(SystemError) {
            try Directory.sync(directory)
        } catch {
            Foundation.close(opened)
            unlink(path)
            throw JournalFailure(error)
        }
        descriptor = opened
        durableBytes = 0
    }

    /// After a failed write or sync nobody knows what of the tail is on disk: it is cut off, and the next record starts a new segment,
    /// since a kernel that failed to sync may never report those pages again.
    private func abandonUnsyncedTail() {
        guard let descriptor else { return }
        if durableBytes == 0 {
            unlink(JournalSegment.path(number, in: directory))
        } else {
            ftruncate(descriptor, off_t(durableBytes))
        }
        closeSegment()
        number += 1
    }

    private func closeSegment() {
        // A failure is that of a tail which is given up anyway, or of a second that may be lost.
        if isUnsynced, let descriptor { try? sync(descriptor) }
        isUnsynced = false
        if let descriptor { Foundation.close(descriptor) }
        descriptor = nil
    }
}
