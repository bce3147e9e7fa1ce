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
            case .histogram(let histogram):
                return Point.histogram(edges: histogram.bounds.map(Self.edge), counts: histogram.counts, sum: histogram.sum, labels: labels)
            }
        }
        self.init(family.name, kind, help: family.help, points: points)
    }

    // MARK: - Private

    /// `10`, `0.3`: a whole number has no fraction, as with the other histograms.
    private static func edge(_ bound: Double) -> String {
        Int(exactly: bound).map { String($0) } ?? "\(bound)"
    }
}
