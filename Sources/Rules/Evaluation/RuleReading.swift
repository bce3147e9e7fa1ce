import PostwatchModel

/// What a rule's query read of one selector.
public struct RuleReading: Hashable, Sendable {
    /// A series with its newest sample.
    public struct Series: Hashable, Sendable {
        public let labels: LabelSet
        public let newest: Timestamp
        public let value: Double
        /// The sample before; `nil` when there is only one.
        public let previous: Timestamp?
        /// The newest sample says that the series has ended.
        public var isEnded: Bool { Sample.isStaleMarker(value) }
    }

    /// What is known of some series together.
    struct Freshness: Hashable {
        /// Of those that have not ended; `nil` when all have.
        let newest: Timestamp?
        /// Between the two newest samples of that series.
        let spacing: Duration?
    }

    /// Names the selector; the same in every evaluation of the rule.
    public internal(set) var key: String
    public let selector: String
    public let from: Timestamp
    public let through: Timestamp
    /// Of all series, also those that are not in `series`.
    public internal(set) var seriesCount = 0
    public internal(set) var newest: Timestamp?
    public internal(set) var series: [Series] = []

    init(_ selection: SampleSelection) {
        selector = "{" + selection.matchers.map(\.description).joined(separator: ", ") + "}"
        key = selector
        from = selection.start
        through = selection.end
    }

    mutating func note(_ batch: SampleBatch, keeping limit: Int) {
        for one in batch.series {
            guard let found = Self.newest(of: one, in: batch) else { continue }
            seriesCount += 1
            if newest.map({ $0 < found.newest }) ?? true { newest = found.newest }
            if series.count < limit { series.append(found) }
        }
    }

    /// Of the series that do not contradict `labels`, or of all when `labels` is `nil`; `nil` when there are none.
    func freshness(agreeingWith labels: LabelSet?) -> Freshness? {
        let agreeing = labels.map { labels in series.filter { Self.agrees($0.labels, labels) } } ?? series
        guard !agreeing.isEmpty else { return nil }
        let freshest = agreeing.filter { !$0.isEnded }.max { $0.newest < $1.newest }
        return Freshness(newest: freshest?.newest, spacing: freshest.flatMap { one in one.previous.map { one.newest - $0 } })
    }

    /// Whether no label has different values in both. The metric's name does not count.
    static func agrees(_ left: LabelSet, _ right: LabelSet) -> Bool {
        var isAgreed = true
        right.forEachPair { pair in
            let name = pair.nameText
            if isAgreed, name != LabelSet.metricNameLabel, let other = left[name], other != pair.valueText { isAgreed = false }
        }
        return isAgreed
    }

    /// Whether both have labels in common, and none of these differs: they tell of the same thing, or one of a part of the other.
    static func isAbout(_ left: LabelSet, _ right: LabelSet) -> Bool {
        var isShared = false
        right.forEachPair { pair in
            let name = pair.nameText
            if name != LabelSet.metricNameLabel, left[name] != nil { isShared = true }
        }
        return isShared && agrees(left, right)
    }

    // MARK: - Private

    private static func newest(of one: SampleBatch.Series, in batch: SampleBatch) -> Series? {
        if let last = one.histograms.last,
            one.samples.isEmpty || batch.timestamps[one.samples.upperBound - 1] < batch.histograms[last].timestamp
        {
            let previous = one.histograms.count > 1 ? batch.histograms[last - 1].timestamp : nil
            return Series(
                labels: one.labels, newest: Timestamp(milliseconds: batch.histograms[last].timestamp),
                value: batch.histograms[last].histogram.sum, previous: previous.map(Timestamp.init(milliseconds:)))
        }
        guard let last = one.samples.last else { return nil }
        return Series(
            labels: one.labels, newest: Timestamp(milliseconds: batch.timestamps[last]), value: batch.values[last],
            previous: one.samples.count > 1 ? Timestamp(milliseconds: batch.timestamps[last - 1]) : nil)
    }
}
