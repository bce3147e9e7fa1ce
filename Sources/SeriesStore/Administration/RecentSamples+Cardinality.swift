import PostwatchModel

extension RecentSamples {
    private struct LabelTotals {
        var values = 0
        var bytes = 0
    }

    /// Chunks of memory hold so many samples when they are full.
    private static let samplesPerChunk = 240

    /// One pass over the label index; texts are made of the largest only. `oldest` is where memory begins to be complete, or to hold anything.
    func cardinality(limit: Int) -> SeriesCardinality {
        var cardinality = SeriesCardinality()
        countLabels(limit: limit, into: &cardinality)
        cardinality.series = seriesCount
        // Each series has an open chunk at most, and the others are full.
        cardinality.chunks = sampleCount == 0 ? 0 : cardinality.series + sampleCount / Self.samplesPerChunk
        var newest = Int64.min
        for number in 0..<UInt32(knownCount) { newest = max(newest, self.newest(of: number)) }
        if sampleCount > 0, newest > .min {
            cardinality.newest = Timestamp(milliseconds: newest)
            cardinality.oldest = Timestamp(milliseconds: min(max(floor, oldest ?? floor), newest))
        }
        return cardinality
    }

    // MARK: - Private

    private func countLabels(limit: Int, into cardinality: inout SeriesCardinality) {
        var names = InternTable()
        var totals: ContiguousArray<LabelTotals> = [LabelTotals()]
        var metric = "__name__"
        // It gets the number 0.
        _ = metric.withUTF8 { names.intern(UnsafeRawBufferPointer($0)) }
        var metrics = TopCounts<UnsafeRawBufferPointer>(limit: limit)
        var pairs = TopCounts<(name: Int, value: UnsafeRawBufferPointer)>(limit: limit)
        var count = 0
        forEachLabelPair { name, value, series in
            count += 1
            let (label, isNew) = names.intern(name)
            if isNew { totals.append(LabelTotals()) }
            totals[label].values += 1
            totals[label].bytes += value.count * series
            if label == 0 { metrics.offer(value, series) }
            pairs.offer((label, value), series)
        }
        cardinality.labelPairs = count
        cardinality.seriesByMetric = metrics.sorted().map { .init(name: Self.text($0.key), count: $0.count) }
        cardinality.seriesByPair = pairs.sorted().map {
            .init(name: "\(Self.text(names[$0.key.name]))=\(Self.text($0.key.value))", count: $0.count)
        }
        var values = TopCounts<Int>(limit: limit)
        var bytes = TopCounts<Int>(limit: limit)
        for (label, total) in totals.enumerated() {
            values.offer(label, total.values)
            bytes.offer(label, total.bytes)
        }
        cardinality.valuesByLabel = values.sorted().map { .init(name: Self.text(names[$0.key]), count: $0.count) }
        cardinality.bytesByLabel = bytes.sorted().map { .init(name: Self.text(names[$0.key]), count: $0.count) }
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
