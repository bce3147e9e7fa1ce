import Logging
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// Pushes samples to a Prometheus-compatible receiver by remote write 1.0, and keeps them on disk until it has taken them.
///
/// `append` returns when the samples are in the buffer; `run()` sends them in order. A request may be sent twice after a crash or when
/// its answer is lost, which the receiver does not notice: of two samples of one series at one time the first stays.
public final class RemoteWriteForwarder: SampleAppending, Sendable {
    struct State: Sendable {
        var backlog = Backlog()
        var status = ForwardingStatus()
        var pacing = RetryPacing()
    }

    /// What is to be done after a request.
    enum Step: Hashable, Sendable {
        case goOn
        case wait(Duration)
    }

    /// Keeps one record far below the journal's limit.
    private static let samplesPerRecord = 10_000

    let configuration: RemoteWriteConfiguration
    /// Reports travel by the same machine; what is said of samples here holds for them too.
    let cargo: Cargo
    let world: World
    let logger: Logger
    /// Says that there is something to send; a second word before the first is heard adds nothing.
    let wake: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)
    private let state: Mutex<State>
    private let journal: Journal
    private let acknowledged: AcknowledgedPosition
    private let lock: Mutex<DirectoryLock?>

    /// Opens or creates the buffer and finds out what is still to be sent. Blocks while it reads. Sends nothing before `run()`.
    public static func open(
        configuration: RemoteWriteConfiguration, world: World, logger: Logger
    ) throws(ForwardingFailure) -> RemoteWriteForwarder {
        try open(configuration: configuration, carrying: .samples, world: world, logger: logger)
    }

    static func open(
        configuration: RemoteWriteConfiguration, carrying cargo: Cargo, world: World, logger: Logger
    ) throws(ForwardingFailure) -> RemoteWriteForwarder {
        var logger = logger
        logger[metadataKey: "cargo"] = "\(cargo.rawValue)"
        let buffer = configuration.buffer
        do throws(SystemError) { try Directory.create(buffer.directory) } catch { throw ForwardingFailure(error) }
        let lock = try hold(buffer.directory)
        let done = AcknowledgedPosition.read(directory: buffer.directory)
        var state = State()
        do throws(JournalFailure) {
            // Room is given back by the segment: an eighth of the buffer at most.
            let segmentBytes = min(16 << 20, max(64 << 10, buffer.maximumBytes / 8))
            var unreadable = 0
            // Above what is acknowledged even when the segments are gone: new records below it would be taken for done.
            let (journal, replay) = try Journal.open(
                directory: buffer.directory, segmentBytes: segmentBytes, firstSegment: (done?.segment ?? 0) + 1
            ) { bytes, position in
                if let done, position <= done { return }
                guard let samples = BufferRecord.sampleCount(bytes) else {
                    unreadable += 1
                    return
                }
                state.backlog.add(Backlog.Entry(position: position, samples: samples, bytes: bytes.count))
            }
            tell(replay, unreadableRecords: unreadable, to: logger)
            return RemoteWriteForwarder(
                configuration: configuration, cargo: cargo, world: world, logger: logger, state: state, journal: journal, lock: lock)
        } catch {
            throw ForwardingFailure(error)
        }
    }

    /// Returns once the samples are in the buffer on disk. Throws `ForwardingFailure`; of more than 10,000 samples the first may be in
    /// the buffer then. The others are counted as lost: nobody comes again with them.
    public func append(_ samples: [Sample]) async throws {
        for start in stride(from: 0, to: samples.count, by: Self.samplesPerRecord) {
            let part = samples[start..<min(start + Self.samplesPerRecord, samples.count)]
            do throws(JournalFailure) {
                try await keep(BufferRecord.encode(part), samples: part.count)
            } catch {
                note(unkept: samples.count - start)
                throw ForwardingFailure(error)
            }
        }
    }

    /// Counts what could not be put into the buffer and is not brought again.
    func note(unkept count: Int) { state.withLock { $0.status.unkept += count } }

    /// Puts a record into the buffer on disk.
    func keep(_ record: [UInt8], samples: Int) async throws(JournalFailure) {
        // Strongly held: the callback runs before `append` returns.
        try await journal.append(record) { position in
            self.state.withLock {
                $0.backlog.add(Backlog.Entry(position: position, samples: samples, bytes: record.count))
            }
        }
        wake.continuation.yield()
        await makeRoom()
    }

    public func status() -> ForwardingStatus {
        state.withLock { state in
            var status = state.status
            status.pending = state.backlog.samples
            status.pendingBytes = state.backlog.bytes
            return status
        }
    }

    /// Gives back the buffer's files and lock. What is pending is sent when the buffer is opened again. Not before `run()` has ended.
    public func close() async {
        await journal.close()
        lock.withLock { $0 = nil }
    }

    // MARK: Sending

    /// Sends the next request and settles what becomes of it; `nil` when there is nothing to send.
    func sendNext(_ send: @Sendable ([UInt8]) async -> DeliveryOutcome) async -> Step? {
        let batch = state.withLock { $0.backlog.nextBatch() }
        guard let last = batch.last else { return nil }
        var records: [[UInt8]] = []
        var damaged: [Backlog.Entry] = []
        for entry in batch {
            do throws(JournalFailure) {
                records.append(try await journal.payload(at: entry.position))
            } catch .damaged {
                damaged.append(entry)
            } catch {
                return .wait(pause(reason: error.description, after: nil))
            }
        }
        guard !records.isEmpty else {
            await finish(through: last.position, damaged: damaged)
            return .goOn
        }
        let outcome = await send(cargo.body(of: records))
        // A request that was cut off by the end of the service says nothing about the receiver.
        if outcome != .delivered && Task.isCancelled { return nil }
        switch outcome {
        case .delivered:
            noteDelivery()
            await finish(through: last.position, damaged: damaged) { $0.sent += $1 }
            return .goOn
        case .retry(let reason, let after):
            return .wait(pause(reason: reason, after: after))
        case .refused(let reason):
            if batch.count > 1 {
                state.withLock { $0.backlog.isolate(through: last.position) }
            } else {
                noteRefusal(samples: last.samples, reason: reason)
                await finish(through: last.position, damaged: damaged) { $0.refused += $1 }
            }
            return .goOn
        }
    }

    // MARK: - Private

    private init(
        configuration: RemoteWriteConfiguration, cargo: Cargo, world: World, logger: Logger, state: State, journal: Journal,
        lock: DirectoryLock
    ) {
        self.configuration = configuration
        self.cargo = cargo
        self.world = world
        self.logger = logger
        self.wake = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.state = Mutex(state)
        self.journal = journal
        self.acknowledged = AcknowledgedPosition(directory: configuration.buffer.directory)
        self.lock = Mutex(lock)
    }

    private static func hold(_ directory: String) throws(ForwardingFailure) -> DirectoryLock {
        do throws(DirectoryLock.Failure) {
            return try DirectoryLock(directory: directory)
        } catch {
            switch error {
            case .held: throw .locked(directory: directory)
            case .system(let error): throw ForwardingFailure(error)
            }
        }
    }

    private static func tell(_ replay: JournalReplay, unreadableRecords: Int, to logger: Logger) {
        if unreadableRecords > 0 {
            logger.error(
                "The forwarding buffer has records of an unknown kind; they are passed over", metadata: ["records": "\(unreadableRecords)"])
        }
        if replay.tornBytes > 0 {
            logger.warning(
                "Cut an unfinished write off the forwarding buffer; nothing that was acknowledged is lost",
                metadata: ["bytes": "\(replay.tornBytes)"])
        }
        for damage in replay.damage {
            logger.error(
                "Passed over a damaged stretch of the forwarding buffer; what was in it is lost",
                metadata: ["file": "\(damage.path)", "offset": "\(damage.offset)", "bytes": "\(damage.bytes)"])
        }
    }

    /// Drops the oldest segments until the buffer keeps to its size. The one that is being written stays, whatever its size.
    private func makeRoom() async {
        while journal.bytes > configuration.buffer.maximumBytes, let oldest = journal.oldestSegment, oldest != journal.newestSegment {
            let dropped = state.withLock { state in
                let dropped = state.backlog.oldestSegment == oldest ? state.backlog.dropOldestSegment() : 0
                state.status.dropped += dropped
                return dropped
            }
            if dropped > 0 {
                logger.error("Dropped the oldest of a full forwarding buffer", metadata: ["count": "\(dropped)"])
            }
            guard await removeSegments(below: oldest + 1) else { return }
        }
    }

    /// Everything up to `position` is done; `count` is given the samples that are neither damaged nor counted as dropped.
    private func finish(
        through position: JournalPosition, damaged: [Backlog.Entry], count: @Sendable (inout ForwardingStatus, Int) -> Void = { _, _ in }
    ) async {
        let (lost, oldest) = state.withLock { state in
            let lost = damaged.filter(state.backlog.holds).reduce(0) { $0 + $1.samples }
            let done = state.backlog.finish(through: position)
            state.status.damaged += lost
            count(&state.status, done - lost)
            return (lost, state.backlog.oldestSegment)
        }
        if lost > 0 {
            logger.error("Passed over damaged records of the forwarding buffer; what was in them is lost", metadata: ["count": "\(lost)"])
        }
        await acknowledged.write(position)
        _ = await removeSegments(below: oldest ?? position.segment)
    }

    /// False when it failed. What is left is removed the next time: no reason to refuse or to resend samples.
    private func removeSegments(below limit: Int) async -> Bool {
        do throws(JournalFailure) {
            try await journal.removeSegments(below: limit)
            return true
        } catch {
            logger.warning("What is done could not be removed from the forwarding buffer", metadata: ["reason": "\(error)"])
            return false
        }
    }

    private func pause(reason: String, after: Duration?) -> Duration {
        let (wait, isNew) = state.withLock { state in
            let isNew = state.status.lastFailure != reason
            state.status.retries += 1
            state.status.lastFailure = reason
            return (state.pacing.wait(retryAfter: after, jitter: .random(in: 0..<1)), isNew)
        }
        // Once per kind of trouble: an outage of a day is not a log line every 30 s.
        if isNew {
            logger.warning("The receiver takes nothing; what is for it waits in the forwarding buffer", metadata: ["reason": "\(reason)"])
        }
        return wait
    }

    private func noteDelivery() {
        let wasFailing = state.withLock { state in
            defer { state.status.lastFailure = nil }
            state.status.lastSuccessAt = world.now()
            state.pacing.succeed()
            return state.status.lastFailure != nil
        }
        if wasFailing { logger.info("The receiver takes what is sent again", metadata: ["url": "\(configuration.url)"]) }
    }

    private func noteRefusal(samples: Int, reason: String) {
        state.withLock { state in
            state.status.lastFailure = reason
            state.pacing.succeed()
        }
        logger.error("The receiver refused what was sent; it is dropped", metadata: ["count": "\(samples)", "reason": "\(reason)"])
    }
}
