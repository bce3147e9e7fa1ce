/// What an operation on histograms has to say besides its result. The evaluator adds position and metric name.
///
/// Source: Prometheus, package `util/annotations`.
enum HistogramNote: Hashable, Sendable {
    /// What histograms were added up for.
    enum Operation: String, Hashable, Sendable {
        case addition
        case subtraction
        case aggregation
    }

    /// A warning says that the result may be wrong, an information that something was left out or mended.
    enum Severity: Hashable, Sendable {
        case warning
        case information
    }

    /// A range of one series holds numbers and histograms, for a function that takes only one of them.
    case mixedWithNumbers
    /// A group holds numbers and histograms, for an aggregation that takes only one of them.
    case mixedWithNumbersInAggregation
    /// The same histogram came as classic buckets and as native histogram.
    case mixedWithClassicBuckets
    /// Histograms with exponential buckets among those with custom bounds, in a function or aggregation.
    case mixedBucketKinds
    /// The same on both sides of a binary operator.
    case mixedBucketKindsAround(operator: String)
    /// Gauge histograms, for a function on counters.
    case notCounter
    /// Counter histograms, for a function on gauges.
    case notGauge
    case counterResetCollision(Operation)
    case boundsReconciled(Operation)
    /// An operator that knows no such pair; `left` and `right` are `histogram` or `float`.
    case incompatibleTypes(left: String, operator: String, right: String)
    case ignoredInAggregation(name: String)
    case ignoredInMixedRange
    /// Classic buckets whose label `le` is missing or no number.
    case badBucketLabel(String)
    case monotonicityRepaired(MonotonicityRepair)
    case quantileIsNotANumber
    case quantileIsSkewed
    case fractionLeavesOutNaN

    var severity: Severity {
        switch self {
        case .mixedWithNumbers, .mixedWithNumbersInAggregation, .mixedWithClassicBuckets, .mixedBucketKinds, .mixedBucketKindsAround,
            .notCounter, .notGauge, .counterResetCollision, .badBucketLabel:
            .warning
        case .boundsReconciled, .incompatibleTypes, .ignoredInAggregation, .ignoredInMixedRange, .monotonicityRepaired,
            .quantileIsNotANumber, .quantileIsSkewed, .fractionLeavesOutNaN:
            .information
        }
    }

    /// Prometheus' words, such as `PromQL warning: this native histogram metric is not a counter: "latency"`. The position in the query
    /// follows in parentheses where it is known.
    func text(metricName: String) -> String {
        (severity == .warning ? "PromQL warning: " : "PromQL info: ") + words(Self.quoted(metricName), isNamed: !metricName.isEmpty)
    }

    // MARK: - Private

    private func words(_ name: String, isNamed: Bool) -> String {
        let optionalName = isNamed ? " for metric name \(name)" : ""
        return switch self {
        case .mixedWithNumbers: "encountered a mix of histograms and floats for metric name \(name)"
        case .mixedWithNumbersInAggregation: "encountered a mix of histograms and floats for aggregation"
        case .mixedWithClassicBuckets: "vector contains a mix of classic and native histograms\(optionalName)"
        case .mixedBucketKinds:
            "vector contains a mix of histograms with exponential and custom buckets schemas for metric name \(name)"
        case .mixedBucketKindsAround(let symbol): "incompatible bucket layout encountered for binary operator \(symbol)"
        case .notCounter: "this native histogram metric is not a counter: \(name)"
        case .notGauge: "this native histogram metric is not a gauge: \(name)"
        case .counterResetCollision(let operation): "conflicting counter resets during histogram \(operation.rawValue)"
        case .boundsReconciled(let operation): "mismatched custom buckets were reconciled during \(operation.rawValue)"
        case .incompatibleTypes(let left, let symbol, let right):
            "incompatible sample types encountered for binary operator \(Self.quoted(symbol)): \(left) \(symbol) \(right)"
        case .ignoredInAggregation(let aggregation): "ignored histogram in \(aggregation) aggregation"
        case .ignoredInMixedRange:
            "ignored histograms in a range containing both floats and histograms for metric name \(name)"
        case .badBucketLabel(let label):
            "bucket label \"le\" is missing or has a malformed value of \(Self.quoted(label))\(optionalName)"
        case .monotonicityRepaired(let repair):
            "input to histogram_quantile needed to be fixed for monotonicity "
                + "(see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)\(optionalName)\(repair.text)"
        case .quantileIsNotANumber: "input to histogram_quantile has NaN observations, result is NaN\(optionalName)"
        case .quantileIsSkewed: "input to histogram_quantile has NaN observations, result is skewed higher\(optionalName)"
        case .fractionLeavesOutNaN:
            "input to histogram_fraction has NaN observations, which are excluded from all fractions\(optionalName)"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7f {
                    let digits = String(scalar.value, radix: 16)
                    quoted += "\\x" + (digits.count < 2 ? "0" : "") + digits
                } else {
                    quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted + "\""
    }
}
