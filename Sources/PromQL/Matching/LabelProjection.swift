import PostwatchModel

/// Some labels of a label set: those of a list, or all but those and the metric's name.
struct LabelProjection: Sendable {
    /// Bytes of the label names.
    private let names: [[UInt8]]
    private let isWithout: Bool

    init(_ grouping: Aggregation.Grouping) {
        switch grouping {
        case .by(let names): self.init(keeping: names)
        case .without(let names): self.init(leavingOut: names)
        }
    }

    init(_ matching: VectorMatching) {
        self =
            matching.isOn ? LabelProjection(keeping: matching.labels) : LabelProjection(leavingOut: matching.labels + LabelBytes.metadata)
    }

    init(keeping names: [String]) {
        self.names = names.map { Array($0.utf8) }
        isWithout = false
    }

    init(leavingOut names: [String]) {
        self.names = (names + [LabelSet.metricNameLabel]).map { Array($0.utf8) }
        isWithout = true
    }

    func callAsFunction(_ set: LabelSet) -> LabelSet {
        var bytes: [UInt8] = []
        append(set, to: &bytes)
        return LabelSet(canonical: bytes)
    }

    /// Adds the bytes of the labels that are kept.
    func append(_ set: LabelSet, to bytes: inout [UInt8]) {
        if names.isEmpty { return }
        set.bytes.withUnsafeBytes { labels in
            var cursor = LabelBytes.Cursor(labels)
            while let pair = cursor.next() {
                let isNamed = names.contains { name in
                    name.count == pair.name.count && name.withUnsafeBytes { LabelBytes.areEqual($0, pair.name) }
                }
                if isNamed != isWithout { LabelBytes.append(pair, to: &bytes) }
            }
        }
    }
}
