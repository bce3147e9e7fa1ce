import PostwatchModel

/// The latest exemplars of all series; the oldest gives way. In memory, and in the journal until its next flush.
struct ExemplarRing: Sendable {
    /// As many as Prometheus keeps by default. About 300 bytes each.
    static let defaultCapacity = 100_000

    private let capacity: Int
    private var exemplars: [LabelSet: [Exemplar]] = [:]
    /// The series of each exemplar in the order in which they came, from `oldest` on around.
    private var order: [LabelSet] = []
    private var oldest = 0

    init(capacity: Int = defaultCapacity) {
        precondition(capacity > 0)
        self.capacity = capacity
    }

    var count: Int { order.count }

    /// False when the series has one at that time or later: those of a series come in order.
    mutating func insert(_ exemplar: Exemplar, of series: LabelSet) -> Bool {
        if let newest = exemplars[series]?.last, newest.timestamp >= exemplar.timestamp { return newest == exemplar }
        exemplars[series, default: []].append(exemplar)
        if order.count < capacity {
            order.append(series)
            return true
        }
        let evicted = order[oldest]
        exemplars[evicted]?.removeFirst()
        if exemplars[evicted]?.isEmpty ?? false { exemplars[evicted] = nil }
        order[oldest] = series
        oldest = (oldest + 1) % capacity
        return true
    }

    func select(_ matchers: [LabelMatcher], from start: Timestamp, through end: Timestamp) -> [SeriesExemplars] {
        exemplars.compactMap { series, exemplars in
            let found = exemplars.filter { $0.timestamp >= start && $0.timestamp <= end }
            guard !found.isEmpty else { return nil }
            let labels = series
            return matchers.allSatisfy { $0.matches(labels) } ? SeriesExemplars(labels: labels, exemplars: found) : nil
        }
    }
}
