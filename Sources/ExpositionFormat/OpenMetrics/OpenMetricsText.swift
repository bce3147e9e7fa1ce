/// Writes metric families as text that Prometheus scrapes.
/// Sources: OpenMetrics 1.0 specification; Prometheus documentation, "Exposition formats", text format 0.0.4.
public struct OpenMetricsText: Sendable {
    public enum Format: Hashable, Sendable {
        case openMetrics
        /// Prometheus' text format 0.0.4.
        case classic

        /// The value of the `Content-Type` header.
        public var contentType: String {
            switch self {
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            case .classic: "text/plain; version=0.0.4; charset=utf-8"
            }
        }
    }

    private let format: Format
    private var text = ""

    /// The text of `families`, in their order. Each name may come once.
    public static func write(_ families: [MetricFamily], as format: Format = .openMetrics) -> String {
        var writer = OpenMetricsText(format: format)
        for family in families { writer.write(family) }
        if format == .openMetrics { writer.text += "# EOF\n" }
        return writer.text
    }

    // MARK: - Private

    private init(format: Format) {
        self.format = format
    }

    private mutating func write(_ family: MetricFamily) {
        let base = family.kind == .counter && family.name.hasSuffix("_total") ? String(family.name.dropLast(6)) : family.name
        let sampleName = family.kind == .counter ? base + "_total" : base
        // OpenMetrics names the family, the classic format the series.
        let headName = format == .openMetrics ? base : sampleName
        text += "# TYPE \(headName) \(typeName(family.kind))\n"
        if format == .openMetrics && !family.unit.isEmpty && base.hasSuffix("_" + family.unit) {
            text += "# UNIT \(headName) \(family.unit)\n"
        }
        if !family.help.isEmpty { text += "# HELP \(headName) \(escaped(family.help, quotes: format == .openMetrics))\n" }
        for point in family.points {
            switch point.value {
            case .number(let value): writeLine(sampleName, point.labels, number(value), at: point.timestamp)
            case .histogram(let buckets, let sum, let count): writeHistogram(base, point, buckets, sum: sum, count: count)
            }
        }
    }

    private mutating func writeHistogram(
        _ name: String, _ point: MetricPoint, _ buckets: [MetricPoint.Bucket], sum: Double, count: UInt64
    ) {
        let all = buckets.filter { $0.upperBound < .infinity } + [.init(upperBound: .infinity, cumulativeCount: count)]
        for bucket in all {
            let bound = MetricPoint.Label(name: "le", value: boundText(bucket.upperBound))
            writeLine(name + "_bucket", point.labels + [bound], String(bucket.cumulativeCount), at: point.timestamp)
        }
        writeLine(name + "_sum", point.labels, number(sum), at: point.timestamp)
        writeLine(name + "_count", point.labels, String(count), at: point.timestamp)
    }

    private mutating func writeLine(_ name: String, _ labels: [MetricPoint.Label], _ value: String, at timestamp: Int64?) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",") + "}"
        }
        text += " " + value
        if let timestamp { text += " " + timeText(timestamp) }
        text += "\n"
    }

    private func typeName(_ kind: MetricFamily.Kind) -> String {
        kind == .unknown && format == .classic ? "untyped" : kind.rawValue
    }

    /// `1.0` in OpenMetrics, whose bounds are written as floats, `1` in the classic format.
    private func boundText(_ bound: Double) -> String {
        format == .openMetrics && bound.isFinite ? bound.description : number(bound)
    }

    /// Seconds with a fraction in OpenMetrics, milliseconds in the classic format.
    private func timeText(_ timestamp: Int64) -> String {
        guard format == .openMetrics else { return String(timestamp) }
        let (seconds, fraction) = timestamp.magnitude.quotientAndRemainder(dividingBy: 1000)
        let digits = String(fraction)
        return "\(timestamp < 0 ? "-" : "")\(seconds).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }

    private func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53, value != 0 || value.sign == .plus { return String(whole) }
        return value.description
    }

    private func escaped(_ value: String, quotes: Bool) -> String {
        guard value.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A }) else { return value }
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\"" where quotes: text += "\\\""
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
