import PostwatchModel

/// What a collector measured under one metric name: its type, its meaning and one point for each set of labels.
public struct Measurement: Hashable, Sendable {
    /// Prometheus' metric types, as far as collectors use them.
    public enum Kind: String, Hashable, Sendable {
        /// Only rises, or starts again at 0.
        case counter
        case gauge
        /// Points carry the suffixes `_bucket` (with the label `le`), `_sum` and `_count`.
        case histogram
        /// A number whose established name breaks the rules of its type, such as `node_vmstat_oom_kill`.
        case unknown
    }

    /// One value.
    public struct Point: Hashable, Sendable {
        /// `_bucket`, `_sum` or `_count` of a histogram; otherwise empty.
        public let suffix: String
        /// Without the metric's name.
        public let labels: LabelSet
        public let value: Double

        public init(suffix: String = "", labels: LabelSet = [:], value: Double) {
            self.suffix = suffix
            self.labels = labels
            self.value = value
        }
    }

    /// The name of the series, `_total` of a counter included, a histogram's suffixes not: `node_load1`.
    public let name: String
    public let kind: Kind
    /// One sentence for people who meet the metric in a query.
    public let help: String
    public private(set) var points: [Point]

    public init(_ name: String, _ kind: Kind, help: String, points: [Point]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.points = points
    }

    /// A metric with a single value and no labels.
    init(_ name: String, _ kind: Kind, help: String, value: Double) {
        self.init(name, kind, help: help, points: [Point(value: value)])
    }

    /// The name of the family in OpenMetrics text, which leaves out a counter's `_total`.
    /// Source: OpenMetrics 1.0, "Counter".
    public var familyName: String {
        kind == .counter && name.hasSuffix("_total") ? String(name.dropLast("_total".count)) : name
    }

    /// One sample for each point, with `labels` (the agent's `component` and `instance`) laid over the point's own.
    public func samples(at moment: Timestamp, with labels: LabelSet = [:]) -> [Sample] {
        // Nearly all points have the suffix of the one before.
        var suffix = ""
        var common = labels.merging([LabelSet.metricNameLabel: name])
        return points.map { point in
            if point.suffix != suffix {
                suffix = point.suffix
                common = labels.merging([LabelSet.metricNameLabel: name + suffix])
            }
            return Sample(labels: point.labels.merging(common), timestamp: moment, value: point.value)
        }
    }

    /// The same points with `labels` laid over each.
    func labelled(_ labels: LabelSet) -> Measurement {
        if labels.isEmpty { return self }
        return Measurement(
            name, kind, help: help,
            points: points.map { Point(suffix: $0.suffix, labels: $0.labels.merging(labels), value: $0.value) })
    }

    /// Measurements of one name brought together, in the order of their first appearance: a metric is one family in OpenMetrics
    /// text, however many collectors contribute to it.
    static func merged(_ measurements: [Measurement]) -> [Measurement] {
        var positions: [String: Int] = [:]
        var merged: [Measurement] = []
        for measurement in measurements {
            if let position = positions[measurement.name] {
                merged[position].points += measurement.points
            } else {
                positions[measurement.name] = merged.count
                merged.append(measurement)
            }
        }
        return merged
    }
}
