import Collectors
import ExpositionFormat
import PostwatchModel

extension MetricFamily {
    /// A measurement as a family of OpenMetrics text, with the node's labels laid over each point.
    init(_ measurement: Measurement, labels: LabelSet) {
        let kind: Kind
        switch measurement.kind {
        // OpenMetrics counts nothing under another name, and a name that is the service's own is not for us to change.
        case .counter: kind = measurement.name.hasSuffix("_total") ? .counter : .unknown
        case .gauge: kind = .gauge
        case .histogram: kind = .histogram
        case .unknown: kind = .unknown
        }
        let points = kind == .histogram ? Self.histograms(measurement, labels) : Self.numbers(measurement, labels)
        self.init(name: measurement.name, kind: kind, help: measurement.help, points: points)
    }

    // MARK: - Private

    private static func numbers(_ measurement: Measurement, _ labels: LabelSet) -> [MetricPoint] {
        measurement.points.map { MetricPoint(labels: written($0.labels.merging(labels)), value: .number($0.value)) }
    }

    /// Buckets, sum and count of one label set are separate points of a measurement and one point of a family.
    private static func histograms(_ measurement: Measurement, _ labels: LabelSet) -> [MetricPoint] {
        var order: [LabelSet] = []
        var groups: [LabelSet: [Measurement.Point]] = [:]
        for point in measurement.points {
            let key = point.labels.filter { $0 != "le" }
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(point)
        }
        return order.map { key in
            let points = groups[key] ?? []
            let buckets = points.compactMap { point -> MetricPoint.Bucket? in
                guard point.suffix == "_bucket", let bound = point.labels["le"].flatMap(Double.init), bound.isFinite else { return nil }
                return MetricPoint.Bucket(upperBound: bound, cumulativeCount: whole(point.value))
            }
            let sum = points.first { $0.suffix == "_sum" }?.value ?? 0
            let count = points.first { $0.suffix == "_count" }?.value ?? 0
            return MetricPoint(
                labels: written(key.merging(labels)), value: .histogram(buckets: buckets, sum: sum, count: whole(count)))
        }
    }

    /// A count; what can be none, such as a NaN that a service wrote, counts nothing.
    private static func whole(_ value: Double) -> UInt64 {
        UInt64(exactly: value.rounded(.towardZero)) ?? 0
    }

    private static func written(_ labels: LabelSet) -> [MetricPoint.Label] {
        labels.labels.map { MetricPoint.Label(name: $0.name, value: $0.value) }
    }
}
