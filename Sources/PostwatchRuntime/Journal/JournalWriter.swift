import Foundation

/// Owns the open segment and the thread that writes to it. Everything that waits when a write begins shares its sync.
actor JournalWriter {
    /// A segment that a failed write or sync ended, until it is certain that it ends after its acknowledged records.
    private struct TornSegment {
        let number: Int
        let descriptor: Int32
        let acknowledgedBytes: Int
    }

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
    /// Bytes of the open segment that were acknowledged.
    private var acknowledgedBytes = 0
    /// No segment follows as long as there is one: a reader takes a torn tail for an unfinished write only in the last segment.
    private var torn: TornSegment?
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
        if let torn { Foundation.close(torn.descriptor) }
    }

    /// Returns once the record behind `ticket` is on disk, by this call's sync or by one that an earlier call made.
    func commit(_ ticket: JournalInbox.Ticket) throws(JournalFailure) -> JournalPosition {
        if outcomes[ticket] == nil { writeWaitingRecords() }
        guard let outcome = outcomes.removeValue(forKey: ticket) else { preconditionFailure("A ticket is redeemed once") }
        return try outcome.get()
    }

    func syncOutstanding() throws(JournalFailure) {
        do throws(SystemError) {
            try cutTornSegment()
            try sync()
        } catch {
            // A later sync of the same file may succeed without these pages: nothing is written behind them.
            abandonUnsyncedTail()
            throw JournalFailure(error)
        }
    }

    /// Ends the open segment. Every record committed so far lies in a segment below the number returned.
    func rotate() -> Int {
        endSegment()
        return number
    }

    /// Deletes whole segments; the open one is never touched.
    func removeSegments(below limit: Int) throws(JournalFailure) {
        do throws(SystemError) {
            let names = try Directory.names(in: directory)
            for segment in names.compactMap(JournalSegment.number) where segment < min(limit, number) {
                try Directory.remove(JournalSegment.path(segment, in: directory))
            }
            // Those too that somebody else has removed.
            inbox.forgetSegments(below: min(limit, number))
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
        endSegment()
        // What cannot be cut off now is the torn tail of the last segment for the next opening, and no longer ours to cut.
        try? cutTornSegment()
        if let torn { Foundation.close(torn.descriptor) }
        torn = nil
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
        if acknowledgedBytes >= segmentBytes { endSegment() }
        try leaveSpace(beside: payloads.reduce(0) { $0 + $1.count })
        var buffer: [UInt8] = []
        if descriptor == nil {
            try JournalFailure.of { () throws(SystemError) in
                try cutTornSegment()
                try openSegment()
            }
            buffer = JournalSegment.header
        }
        buffer.reserveCapacity(payloads.reduce(buffer.count) { $0 + $1.count + JournalRecord.headerBytes })
        var positions: [JournalPosition] = []
        for payload in payloads {
            positions.append(JournalPosition(segment: number, offset: acknowledgedBytes + buffer.count))
            JournalRecord.encode(payload, into: &buffer)
        }
        do throws(SystemError) {
            try writeAndSync(buffer)
        } catch {
            abandonUnsyncedTail()
            throw JournalFailure(error)
        }
        acknowledgedBytes += buffer.count
        inbox.note(segment: number, bytes: acknowledgedBytes)
        return positions
    }

    private func leaveSpace(beside bytes: Int) throws(JournalFailure) {
        guard freeBytes > 0, let free = Directory.freeBytes(at: directory) else { return }
        if free < bytes + freeBytes { throw .diskFull(path: JournalSegment.path(number, in: directory)) }
    }

    private func writeAndSync(_ buffer: [UInt8]) throws(SystemError) {
        guard let descriptor else { preconditionFailure("A segment is open") }
        isUnsynced = true
        try disk.write(buffer, to: descriptor, path: JournalSegment.path(number, in: directory))
        if isSyncedAlways { try sync() }
    }

    private func sync() throws(SystemError) {
        guard isUnsynced, let descriptor else { return }
        try disk.sync(descriptor, path: JournalSegment.path(number, in: directory))
        isUnsynced = false
    }

    private func openSegment() throws(SystemError) {
        let path = JournalSegment.path(number, in: directory)
        let opened = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o640)
        guard opened >= 0 else { throw SystemError(errno, "create", path) }
        do throws(SystemError) {
            try Directory.sync(directory)
        } catch {
            Foundation.close(opened)
            unlink(path)
            // The file may still be there.
            number += 1
            throw error
        }
        descriptor = opened
        acknowledgedBytes = 0
    }

    /// The next record starts a new segment.
    private func endSegment() {
        guard let descriptor else { return }
        do throws(SystemError) {
            try sync()
        } catch {
            return abandonUnsyncedTail()
        }
        Foundation.close(descriptor)
        leaveSegment()
    }

    /// After a failed write or sync nobody knows what of the tail is on disk: it is cut off, and the next record starts a new segment,
    /// since a kernel that failed to sync may never report those pages again.
    private func abandonUnsyncedTail() {
        guard let descriptor else { return }
        torn = TornSegment(number: number, descriptor: descriptor, acknowledgedBytes: acknowledgedBytes)
        leaveSegment()
        // Where this fails, the next write tries again before it goes on.
        try? cutTornSegment()
    }

    private func leaveSegment() {
        descriptor = nil
        acknowledgedBytes = 0
        isUnsynced = false
        number += 1
    }

    private func cutTornSegment() throws(SystemError) {
        guard let torn else { return }
        let path = JournalSegment.path(torn.number, in: directory)
        try disk.cut(torn.descriptor, to: torn.acknowledgedBytes, path: path)
        if torn.acknowledgedBytes == 0 { unlink(path) }
        Foundation.close(torn.descriptor)
        self.torn = nil
    }
}
