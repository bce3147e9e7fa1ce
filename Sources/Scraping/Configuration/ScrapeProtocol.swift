import ExpositionFormat

/// A format in which targets write their metrics, by the names that Prometheus' configuration has for them.
public enum ScrapeProtocol: String, Hashable, Sendable, CaseIterable {
    case prometheusProto = "PrometheusProto"
    case prometheusText004 = "PrometheusText0.0.4"
    case prometheusText100 = "PrometheusText1.0.0"
    case openMetricsText001 = "OpenMetricsText0.0.1"
    case openMetricsText100 = "OpenMetricsText1.0.0"

    /// What Prometheus 3 asks for unless told otherwise.
    public static let standard: [ScrapeProtocol] = [.openMetricsText100, .openMetricsText001, .prometheusText100, .prometheusText004]

    /// How a page of this format is read; `nil` for protobuf.
    public var dialect: ExpositionText.Dialect? {
        switch self {
        case .prometheusProto: nil
        case .prometheusText004, .prometheusText100: .prometheus
        case .openMetricsText001, .openMetricsText100: .openMetrics
        }
    }

    /// The value of the `Accept` header: the first is wanted most, anything else at last.
    public static func accept(_ protocols: [ScrapeProtocol]) -> String {
        let wanted = protocols.enumerated().map { "\($0.element.mediaType);q=0.\(protocols.count + 1 - $0.offset)" }
        return (wanted + ["*/*;q=0.1"]).joined(separator: ",")
    }

    /// What a page is by its `Content-Type`; `nil` when that says nothing known.
    public init?(contentType: String) {
        let parts = contentType.lowercased().split(separator: ";").map { $0.trimmingPrefix { $0 == " " } }
        let type = parts.first.map { $0.filter { $0 != " " } } ?? ""
        let version = parts.first { $0.hasPrefix("version=") }?.dropFirst(8) ?? ""
        switch type {
        case "application/openmetrics-text": self = version == "0.0.1" ? .openMetricsText001 : .openMetricsText100
        case "application/vnd.google.protobuf":
            guard parts.contains("proto=io.prometheus.client.metricfamily"), parts.contains("encoding=delimited") else { return nil }
            self = .prometheusProto
        case "text/plain": self = version == "1.0.0" ? .prometheusText100 : .prometheusText004
        default: return nil
        }
    }

    // MARK: - Private

    private var mediaType: String {
        switch self {
        case .prometheusProto: "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
        case .prometheusText004: "text/plain;version=0.0.4"
        case .prometheusText100: "text/plain;version=1.0.0;escaping=allow-utf-8"
        case .openMetricsText001: "application/openmetrics-text;version=0.0.1"
        case .openMetricsText100: "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8"
        }
    }
}
