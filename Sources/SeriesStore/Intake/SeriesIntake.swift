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

    private let memory: SharedRecentSamples
    private let journal: Journal
    private let limits: StorageConfiguration.Limits
    private let outOfOrderWindow: Duration?
    private let idle = Mutex<[IntakeRequest]>([])
    private let refusals = Mutex(SeriesStoreStatus.Refusals())

    init(memory: SharedRecentSamples, journal: Journal, configuration: StorageConfiguration) {
        self.memory = memory
        self.journal = journal
        self.limits = configuration.limits
        self.outOfOrderWindow = configuration.outOfOrderWindow
    }

    var refusalCounts: SeriesStoreStatus.Refusals { refusals.withLock { $0 } }

    /// Throws `WriteRefusal`.
    func write(_ body: RemoteWriteBody) async throws(WriteRefusal) -> WriteReport {
        let request = idle.withLock { $0.popLast() } ?? IntakeRequest()
        defer { giveBack(request) }
        try request.take(body, limit: Self.contentLimit)
        let unsupported = request.columns.histograms.count
        if unsupported > 0 { refusals.withLock { $0.unsupported += unsupported } }
        let checks = Self.Checks(limits: limits, window: outOfOrderWindow)
        let refused = memory.withLock { Self.resolve(request, in: &$0, checks: checks) }
        var report = WriteReport()
        guard let first = refused.first else {
            report.samples = request.columns.timestamps.count
            report.exemplars = request.exemplars.count
            // Senders tell again and again what they said of a family.
            let isNews = report.samples + report.exemplars > 0 || hasNews(request.metadata)
            if isNews { try await commit(request, block: body) }
            return report
        }
        // Slow, and without exemplars and metadata, but only for senders that do something wrong.
        refusals.withLock { $0.note(refused) }
        report.refused = refused.count
        report.firstFault = first.fault.description
        let rest = Self.request(request, without: refused)
        let accepted = idle.withLock { $0.popLast() } ?? IntakeRequest()
        defer { giveBack(accepted) }
        let plain = RemoteWriteBody.plain(rest.encoded())
        try accepted.take(plain, limit: Self.contentLimit)
        _ = memory.withLock { Self.resolve(accepted, in: &$0, checks: nil) }
        report.samples = accepted.columns.timestamps.count
        if report.samples > 0 { try await commit(accepted, block: plain) }
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

    /// A series that is not stored, or one of its samples.
    struct Refused {
        let series: Int
        /// `nil` when all of the series is refused.
        let sample: Int?
        let fault: SeriesFault
    }

    /// What is asked of samples that come in, and not again of those in the journal.
    private struct Checks {
        let limits: StorageConfiguration.Limits
        let window: Duration?

        func canAdd(_ labels: UnsafeRawBufferPointer, to recent: borrowing RecentSamples) -> SeriesFault? {
            if let limit = limits.series, recent.knownCount >= limit { return .tooManySeries(limit: limit) }
            guard let limit = limits.seriesPerSource else { return nil }
            var cursor = LabelBytes.Cursor(labels)
            while let pair = cursor.next() {
                guard pair.name.elementsEqual(limits.sourceLabel.utf8) else { continue }
                guard recent.seriesCount(with: pair) >= limit else { return nil }
                return .tooManySeriesOfSource(
                    source: "\(limits.sourceLabel)=\"\(String(decoding: pair.value, as: UTF8.self))\"", limit: limit)
            }
            return nil
        }

        func fault(of timestamp: Int64, newest: Int64, metric: () -> String) -> SeriesFault? {
            guard Day.acceptedMilliseconds.contains(timestamp) else {
                return .timestampOutOfRange(metric: metric(), milliseconds: timestamp)
            }
            guard let window, newest > timestamp, newest - timestamp > window.wholeMilliseconds else { return nil }
            return .tooOld(metric: metric(), milliseconds: timestamp, window: window)
        }
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
    private static func resolve(_ request: IntakeRequest, in recent: inout RecentSamples, checks: Checks?) -> [Refused] {
        var refused: [Refused] = []
        request.generation = recent.generation
        request.numbers.removeAll(keepingCapacity: true)
        var previous: UInt32 = 0
        for (index, series) in request.columns.series.enumerated() {
            let known = request.labelBytes(of: series) { recent.number(ofKnown: $0, after: previous) }
            var number = known ?? IntakeRequest.refused
            if known == nil {
                do throws(SeriesFault) {
                    number = try add(series, of: request, to: &recent, checks: checks)
                } catch {
                    refused.append(Refused(series: index, sample: nil, fault: error))
                }
            }
            request.numbers.append(number)
            guard number != IntakeRequest.refused else { continue }
            previous = number
            guard let checks else { continue }
            let newest = recent.newest(of: number)
            for sample in series.samples {
                let fault = checks.fault(of: request.columns.timestamps[sample], newest: newest) {
                    String(decoding: LabelBytes.metricName(in: recent.labelBytes(of: number)), as: UTF8.self)
                }
                if let fault { refused.append(Refused(series: index, sample: sample, fault: fault)) }
            }
        }
        return refused
    }

    private static func add(
        _ series: RemoteWriteColumns.Series, of request: IntakeRequest, to recent: inout RecentSamples, checks: Checks?
    ) throws(SeriesFault) -> UInt32 {
        let result: Result<UInt32, SeriesFault> = request.labelBytes(of: series) { raw in
            do throws(SeriesFault) {
                if !raw.isEmpty, raw.count <= LabelBytes.sizeLimit, LabelBytes.isCanonical(raw) {
                    if let fault = checks?.canAdd(raw, to: recent) { return .failure(fault) }
                    return .success(recent.number(of: raw))
                }
                return try LabelBytes.canonical(raw).bytes.withUnsafeBytes { canonical in
                    if !recent.isKnown(canonical), let fault = checks?.canAdd(canonical, to: recent) { return .failure(fault) }
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
    }

    /// What is left of a request.
    private static func request(_ request: IntakeRequest, without refused: [Refused]) -> RemoteWriteRequest {
        let series = Set(refused.filter { $0.sample == nil }.map(\.series))
        let samples = Set(refused.compactMap(\.sample))
        var rest = RemoteWriteRequest()
        for (index, one) in request.columns.series.enumerated() where !series.contains(index) {
            guard let labels = request.labelBytes(of: one, { try? LabelBytes.canonical($0) }) else { continue }
            let points = one.samples.filter { !samples.contains($0) }.map {
                RemoteWriteRequest.Point(timestamp: request.columns.timestamps[$0], value: request.columns.values[$0])
            }
            if points.isEmpty { continue }
            rest.series.append(
                RemoteWriteRequest.Series(
                    labels: labels.labels.map { RemoteWriteRequest.Label(name: $0.name, value: $0.value) }, points: points))
        }
        return rest
    }
}
