import ExpositionFormat
import PostwatchModel

/// What is wrong with one series of a request. The others are stored.
enum SeriesFault: Error, Hashable, Sendable {
    case noLabels
    case namelessLabel(metric: String)
    case repeatedLabel(metric: String)
    case invalidText
    /// Labels of more bytes than a series may have.
    case tooManyLabels(bytes: Int, limit: Int)
    /// A sample outside the years 0 to 9999.
    case timestampOutOfRange(metric: String, milliseconds: Int64)
    /// A sample that is older than the newest one of its series by more than the window.
    case tooOld(metric: String, milliseconds: Int64, window: Duration)
    /// A sample that lies in the future by more than clocks differ.
    case tooFarAhead(metric: String, milliseconds: Int64, limit: Duration)
    /// The samples of one request are of more days than one request may touch.
    case tooManyDays(limit: Int)
    case invalidHistogram(metric: String, HistogramFault)
    /// The store has as many series as it may have.
    case tooManySeries(limit: Int)
    /// A source has as many series as it may have.
    case tooManySeriesOfSource(source: String, limit: Int)
}

extension SeriesFault: CustomStringConvertible {
    var description: String {
        switch self {
        case .noLabels: "a series has no labels"
        case .namelessLabel(let metric): "series \(metric) has a label without a name"
        case .repeatedLabel(let metric): "series \(metric) has a label twice"
        case .invalidText: "a series has a label that is not UTF-8"
        case .tooManyLabels(let bytes, let limit):
            "a series has labels of \(bytes) bytes, over the limit of \(limit); have the sender shorten them"
        case .timestampOutOfRange(let metric, let milliseconds):
            "series \(metric) has a sample at \(milliseconds) ms, outside the years 0 to 9999; timestamps are milliseconds since 1970"
        case .tooOld(let metric, let milliseconds, let window):
            "series \(metric) has a sample at \(milliseconds) ms, older than its newest one by more than "
                + "storage.out_of_order_window (\(window.prometheusText))"
        case .tooFarAhead(let metric, let milliseconds, let limit):
            "series \(metric) has a sample at \(milliseconds) ms, ahead of the clock here by more than \(limit.prometheusText); "
                + "set the clocks of both machines"
        case .tooManyDays(let limit):
            "the request has samples of more than \(limit) days; send them in several requests, those of a day together"
        case .invalidHistogram(let metric, let fault): "series \(metric) has a histogram that is none: \(fault)"
        case .tooManySeries(let limit):
            "a new series is over the limit of \(limit) (storage.limits.series); raise it, or have the sender drop labels that change"
        case .tooManySeriesOfSource(let source, let limit):
            "a new series of \(source) is over the limit of \(limit) per source (storage.limits.series_per_source); "
                + "raise it, or have the sender drop labels that change"
        }
    }
}

extension LabelBytes {
    /// Far more than anybody needs, and little enough for any block of a day file.
    static let sizeLimit = 64 << 10

    /// The canonical form of labels as a sender may write them: in any order, with empty values, with unknown fields.
    static func canonical(_ raw: UnsafeRawBufferPointer) throws(SeriesFault) -> LabelSet {
        if raw.isEmpty { throw .noLabels }
        guard raw.count <= sizeLimit else { throw .tooManyLabels(bytes: raw.count, limit: sizeLimit) }
        if let canonical = LabelSet(checking: raw) { return canonical }
        // The region by itself is the message of a series without samples.
        var message: [UInt8] = [0x0A]
        Varint.append(UInt64(raw.count), to: &message)
        message += raw
        guard let request = try? RemoteWriteRequest(decoding: message), let series = request.series.first else { throw .invalidText }
        let names = series.labels.map(\.name)
        let metric = series.labels.first { $0.name == LabelSet.metricNameLabel }?.value ?? "without a name"
        if names.contains("") { throw .namelessLabel(metric: metric) }
        if Set(names).count != names.count { throw .repeatedLabel(metric: metric) }
        let labels = LabelSet(series.labels.map { ($0.name, $0.value) })
        if labels.bytes.isEmpty { throw .noLabels }
        return labels
    }
}
