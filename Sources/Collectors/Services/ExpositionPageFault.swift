import ExpositionFormat

/// Why a service's page in Prometheus' format is not taken. The description completes "found …".
enum ExpositionPageFault: Error, Hashable, Sendable {
    case unreadable(ExpositionFault)
    /// A series whose name or labels no series can have. The beginning of it.
    case oddSeries(String)
    case tooManySeries(limit: Int)
    /// More metrics are described than may be there.
    case tooManyMetrics(limit: Int)
    /// The beginning of the series.
    case tooLongSeries(String, limit: Int)
    /// Not one metric bears the name of the service.
    case otherService(prefix: String)
}

extension ExpositionPageFault: CustomStringConvertible {
    var description: String {
        switch self {
        case .unreadable(let fault): "no sound page of metrics: \(fault)"
        case .oddSeries(let series): "the series \"\(series)\", whose name or labels are none"
        case .tooManySeries(let limit):
            "more than \(limit) series; let it group its figures by fewer labels, and never by user or address"
        case .tooManyMetrics(let limit): "more than \(limit) metrics, which no such service has"
        case .tooLongSeries(let series, let limit): "a series of more than \(limit) bytes, which begins \"\(series)\""
        case .otherService(let prefix):
            "no metric that begins with \(prefix), so it is the page of something else; let url name the right one"
        }
    }
}
