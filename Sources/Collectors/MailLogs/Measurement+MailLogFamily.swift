import MailLogs
import PostwatchModel

extension Measurement {
    /// What an account reads out, under the names that it gives.
    public init(_ family: MailLogFamily) {
        let kind: Kind
        switch family.kind {
        case .counter: kind = .counter
        case .gauge: kind = .gauge
        case .histogram: kind = .histogram
        }
        let points = family.points.flatMap { point -> [Point] in
            let labels = LabelSet(point.labels.map { ($0.name, $0.value) })
            switch point.value {
            case .number(let value): return [Point(labels: labels, value: value)]
            case .histogram(let histogram): return Self.points(histogram, labels)
            }
        }
        self.init(family.name, kind, help: family.help, points: points)
    }

    // MARK: - Private

    private static func points(_ histogram: MailLogHistogram, _ labels: LabelSet) -> [Point] {
        var below: UInt64 = 0
        let edges = histogram.bounds.map(edge) + ["+Inf"]
        let buckets = zip(edges, histogram.counts).map { edge, count in
            below += count
            return Point(suffix: "_bucket", labels: labels.merging(["le": edge]), value: Double(below))
        }
        return buckets + [
            Point(suffix: "_sum", labels: labels, value: histogram.sum),
            Point(suffix: "_count", labels: labels, value: Double(below)),
        ]
    }

    /// `10`, `0.3`: a whole number has no fraction, as with the other histograms.
    private static func edge(_ bound: Double) -> String {
        Int(exactly: bound).map { String($0) } ?? "\(bound)"
    }
}
