import ExpositionFormat
import PostwatchModel

/// A service's page in Prometheus' text format, or in OpenMetrics', as measurements.
///
/// Types and texts are the page's own, and so are names, but for one that does not bear the name of the service: it gets that in front
/// (`dovecot_process_start_time_seconds`), since what else is on the node may tell of the same. Times are not taken: a sample is of the
/// moment at which the page was read. Of a series that comes twice the first counts, as with Prometheus.
struct ExpositionPage {
    /// Some twenty times what a large Dovecot or Cyrus tells. More is a mistake that should not reach the server: a figure by user.
    static let seriesLimit = 10_000
    /// A name with its labels, in bytes. A hundred labels fit, a message that slipped into a label does not.
    static let seriesLengthLimit = 4096
    /// A text of a metric is cut there, in bytes.
    static let helpLimit = 1000

    let measurements: [Measurement]
    /// The youngest time on the page, in milliseconds since the epoch; `nil` when it names none.
    let newest: Int64?

    /// - Parameters:
    ///   - service: What names of metrics begin with, without `_`. The page's own `<service>_up` is left out: whether the service tells
    ///     anything is for its reader to say.
    ///   - taken: Labels that will be laid over the series; the page's own of that name are called `exported_…`, as with Prometheus.
    init(
        _ bytes: UnsafeRawBufferPointer, as dialect: ExpositionText.Dialect, of service: String, taken: Set<String> = []
    ) throws(ExpositionPageFault) {
        var reader = ExpositionPageReader(taken: taken)
        try reader.read(bytes, as: dialect)
        newest = reader.newest
        measurements = try reader.measurements(of: service)
    }
}
