import ExpositionFormat
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// Takes remote-write requests in: unpack, find the series, journal, and once that is on disk, into memory.
///
/// A request is journalled as it came, so a replay goes the same way. Everything that can be refused is refused before the journal:
/// what it holds is taken without a question.
final class SeriesIntake: Sendable {
    /// The first byte of a journal record that holds a request as a snappy block.
    static let recordKind: UInt8 = 2
    /// Unpacked, a request has at most this many bytes.
    static let contentLimit = 128 << 20
    /// Requests keep their buffers for the next one, so many of them and while they are not larger than this.
    private static let idleRequests = 4
    private static let idleRequestBytes = 8 << 20
    /// Samples may be ahead of the clock by this, as with Prometheus: what lies in the future keeps memory from answering for the present.
    static let tolerance = Duration.seconds(600)

    private let memory: SharedRecentSamples
    private let journal: Journal
    private let configuration: StorageConfiguration
    private let now: @Sendable () -> Timestamp
    private let idle = Mutex<[IntakeRequest]>([])
    private let refusals = Mutex(SeriesStoreStatus.Refusals())

    init(
        memory: SharedRecentSamples, journal: Journal, configuration: StorageConfiguration, now: @escaping @Sendable () -> Timestamp
    ) {
        self.memory = memory
        self.journal = journal
        self.configuration = configuration
        self.now = now
    }

    var refusalCounts: SeriesStoreStatus.Refusals { refusals.withLock { $0 } }

    /// Throws `WriteRefusal`.
    func write(_ body: RemoteWriteBody) async throws(WriteRefusal) -> WriteReport {
        let request = idle.withLock { $0.popLast() } ?? IntakeRequest()
        defer { giveBack(request) }
        try request.take(body, limit: Self.contentLimit)
        let now = now()
        let checks = IntakeChecks(
            limits: configuration.limits, window: configuration.outOfOrderWindow, latest: (now + Self.tolerance).milliseconds)
        let refused = memory.withLock { Self.resolve(request, in: &$0, checks: checks) }
        guard let first = refused.first else { return try await store(request, body) }
        // Slow, but only for senders that do something wrong.
        refusals.withLock { $0.note(refused) }
        let accepted = idle.withLock { $0.popLast() } ?? IntakeRequest()
        defer { giveBack(accepted) }
        let rest = RemoteWriteBody.plain(request.columns.encoded(from: request.message, without: Self.exclusions(refused)))
        try accepted.take(rest, limit: Self.contentLimit)
        _ = memory.withLock { Self.resolve(accepted, in: &$0, checks: nil) }
        var report = try await store(accepted, rest)
        report.refused = refused.count
        report.firstFault = first.fault.description
        return report
    }

    /// Unpacks a journal record when the store is opened. False when it is of no known kind.
    static func unpack(_ record: UnsafeRawBufferPointer, into request: IntakeRequest) -> Bool {
        guard record.first == recordKind else { return false }
        return (try? request.take(block: UnsafeRawBufferPointer(rebasing: record.dropFirst()), limit: contentLimit)) != nil
    }

    /// Puts an unpacked journal record into memory.
    static func applyAgain(_ request: IntakeRequest, to recent: inout RecentSamples) {
        _ = resolve(request, in: &recent, checks: nil)
        apply(request, to: &recent)
    }

    // MARK: - Private

    /// What is not stored.
    struct Refused {
        /// A place in the columns of the request.
        enum Part {
            case series(Int)
            case sample(Int)
            case histogram(Int)
        }

        let part: Part
        let fault: SeriesFault
    }

    /// Journals what was resolved, unless it says nothing new, and puts it into memory.
    private func store(_ request: IntakeRequest, _ body: RemoteWriteBody) async throws(WriteRefusal) -> WriteReport {
        var report = WriteReport()
        report.samples = request.columns.timestamps.count
        report.histograms = request.histograms.count
        report.exemplars = request.exemplars.count
        // Senders tell again and again what they said of a family.
        let isNews = report.samples + report.histograms + report.exemplars > 0 || hasNews(request.metadata)
        if isNews { try await commit(request, block: body) }
        return report
    }

    private func commit(_ request: IntakeRequest, block body: RemoteWriteBody) async throws(WriteRefusal) {
        var record = [Self.recordKind]
        switch body {
        case .snappy(let block): record += block
        case .plain(let bytes): record += SnappyBlock.compress(bytes)
        }
        do throws(JournalFailure) {
            try await journal.append(record) { [memory] _ in memory.withLock { Self.apply(request, to: &$0) } }
        } catch {
            switch error {
            case .tooLarge(let bytes): throw .tooLarge(bytes: bytes, limit: JournalRecord.maximumBytes)
            case .diskFull, .unusable, .damaged, .closed: throw .unavailable(reason: error.description)
            }
        }
    }

    private func hasNews(_ metadata: [RemoteWriteMetadata]) -> Bool {
        !metadata.isEmpty && memory.withLock { recent in metadata.contains(where: recent.metadata.isNews) }
    }

    private func giveBack(_ request: IntakeRequest) {
        guard request.heldBytes <= Self.idleRequestBytes else { return }
        idle.withLock { if $0.count < Self.idleRequests { $0.append(request) } }
    }

    /// Finds or makes the series of a request. Returns what is refused.
    private static func resolve(_ request: IntakeRequest, in recent: inout RecentSamples, checks: IntakeChecks?) -> [Refused] {
        var refused: [Refused] = []
        request.generation = recent.generation
        request.numbers.removeAll(keepingCapacity: true)
        var previous: UInt32 = 0
        var days = RequestDays(request)
        for (index, series) in request.columns.series.enumerated() {
            let known = request.labelBytes(of: series) { recent.number(ofKnown: $0, after: previous) }
            var number = known ?? IntakeRequest.refused
            if known == nil {
                do throws(SeriesFault) {
                    number = try add(series, of: request, to: &recent, checks: checks)
                } catch {
                    refused.append(Refused(part: .series(index), fault: error))
                }
            }
            request.numbers.append(number)
            guard number != IntakeRequest.refused else { continue }
            previous = number
            guard let checks else { continue }
            let newest = recent.newest(of: number)
            for sample in series.samples {
                let timestamp = request.columns.timestamps[sample]
                let fault = checks.fault(of: timestamp, newest: newest) { recent.metric(of: number) } ?? days.fault(of: timestamp)
                if let fault { refused.append(Refused(part: .sample(sample), fault: fault)) }
            }
        }
        guard let checks else { return refused }
        for (index, histogram) in request.histograms.enumerated() {
            let number = request.numbers[histogram.series]
            guard number != IntakeRequest.refused else { continue }
            var fault: SeriesFault?
            switch histogram.content {
            case .failure(let error): fault = .invalidHistogram(metric: recent.metric(of: number), error)
            case .success(let point):
                fault = checks.fault(of: point.timestamp, newest: recent.newest(of: number)) { recent.metric(of: number) }
                fault = fault ?? days.fault(of: point.timestamp)
            }
            if let fault { refused.append(Refused(part: .histogram(index), fault: fault)) }
        }
        return refused
    }

    private static func add(
        _ series: RemoteWriteColumns.Series, of request: IntakeRequest, to recent: inout RecentSamples, checks: IntakeChecks?
    ) throws(SeriesFault) -> UInt32 {
        let result: Result<UInt32, SeriesFault> = request.labelBytes(of: series) { raw in
            do throws(SeriesFault) {
                if !raw.isEmpty, raw.count <= LabelBytes.sizeLimit, LabelBytes.isCanonical(raw) {
                    if let fault = checks?.canAdd(raw, to: &recent) { return .failure(fault) }
                    return .success(recent.number(of: raw))
                }
                return try LabelBytes.canonical(raw).bytes.withUnsafeBytes { canonical in
                    if !recent.isKnown(canonical), let fault = checks?.canAdd(canonical, to: &recent) { return .failure(fault) }
                    let number = recent.number(of: canonical)
                    recent.addAlias(raw, of: number)
                    return .success(number)
                }
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func apply(_ request: IntakeRequest, to recent: inout RecentSamples) {
        // Numbers were given out anew while the request was on its way to the disk.
        if request.generation != recent.generation { _ = resolve(request, in: &recent, checks: nil) }
        for message in request.metadata { recent.metadata.learn(message) }
        for (series, exemplar) in request.exemplars where request.numbers[series] != IntakeRequest.refused {
            _ = recent.exemplars.insert(exemplar, of: LabelSet(canonical: recent.labelBytes(of: request.numbers[series])))
        }
        request.columns.timestamps.withUnsafeBufferPointer { timestamps in
            request.columns.values.withUnsafeBufferPointer { values in
                for (index, series) in request.columns.series.enumerated() {
                    let number = request.numbers[index]
                    if number == IntakeRequest.refused { continue }
                    for sample in series.samples { recent.insert(timestamps[sample], values[sample], into: number) }
                }
            }
        }
        for histogram in request.histograms where request.numbers[histogram.series] != IntakeRequest.refused {
            // What cannot be read was refused before the journal.
            if case .success(let point) = histogram.content { recent.insert(point, into: request.numbers[histogram.series]) }
        }
    }

    private static func exclusions(_ refused: [Refused]) -> RemoteWriteColumns.Exclusions {
        var exclusions = RemoteWriteColumns.Exclusions()
        for one in refused {
            switch one.part {
            case .series(let number): exclusions.series.insert(number)
            case .sample(let number): exclusions.samples.insert(number)
            case .histogram(let number): exclusions.histograms.insert(number)
            }
        }
        return exclusions
    }
}
