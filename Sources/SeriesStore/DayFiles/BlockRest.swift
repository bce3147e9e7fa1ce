/// What is left of a block when samples of some of its series are taken out. Chunks that lose nothing are taken over as they are.
struct BlockRest {
    private(set) var builder = BlockBuilder()
    /// How many samples are gone.
    private(set) var removed = 0

    /// Without the samples at `times` of the series that matched. `nil` when the block cannot be decoded.
    init?(of block: BlockSearch.Block, without times: ClosedRange<Int64>) {
        guard let all = block.columns.labels() else { return nil }
        for series in block.isMatching.indices {
            var hasBegun = false
            for chunk in block.chunks.entries(ofSeries: series) {
                let isTouched = block.isMatching[series] && chunk.first <= times.upperBound && chunk.last >= times.lowerBound
                var kept: SampleColumns?
                if isTouched {
                    guard let samples = block.chunks.samples(of: chunk) else { return nil }
                    kept = Self.outside(times, of: samples)
                }
                removed += isTouched ? chunk.samples - (kept?.count ?? 0) : 0
                if isTouched && kept?.isEmpty != false { continue }
                if !hasBegun { all[series].bytes.withUnsafeBytes { builder.beginSeries($0) } }
                hasBegun = true
                if let kept, kept.count < chunk.samples {
                    builder.append(kept)
                } else {
                    block.chunks.withBytes(of: chunk) { builder.append(chunk, bytes: $0) }
                }
            }
        }
    }

    // MARK: - Private

    private static func outside(_ times: ClosedRange<Int64>, of samples: SampleColumns) -> SampleColumns {
        var kept = samples.slice(from: .min, through: times.lowerBound == .min ? .min : times.lowerBound - 1)
        if times.lowerBound == .min { kept = SampleColumns() }
        if times.upperBound < .max { kept.merge(samples.slice(from: times.upperBound + 1, through: .max)) }
        return kept
    }
}
