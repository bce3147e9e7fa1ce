import PostwatchModel

/// Native histograms of one series one behind the other, each told by what differs from the one before. The layout is in
/// `docs/formats/series-day-file.md`.
enum HistogramStream {
    /// What the first byte of a histogram says. The two bits of `counterReset` hold that.
    private enum Flag {
        /// Schema, thresholds, spans and bounds are those of the one before.
        static let sameLayout: UInt8 = 1
        /// All counts are whole numbers.
        static let whole: UInt8 = 2
        static let counterReset: UInt8 = 4 + 8
        static let stale: UInt8 = 16
    }

    /// Adds one histogram behind `previous`, `nil` for the first. Every bit of it comes back, but those of a stale marker's other fields.
    static func append(_ histogram: NativeHistogram, after previous: NativeHistogram?, to bytes: inout [UInt8]) {
        if histogram.isStaleMarker {
            bytes.append(Flag.stale)
            return
        }
        let base = previous.flatMap { hasSameLayout($0, histogram) ? $0 : nil }
        let isWhole = areWhole(histogram)
        var flags = histogram.counterReset.rawValue << 2
        if base != nil { flags |= Flag.sameLayout }
        if isWhole { flags |= Flag.whole }
        bytes.append(flags)
        if base == nil { appendLayout(of: histogram, to: &bytes) }
        bytes.append(littleEndian: histogram.sum.bitPattern)
        let known = isWhole ? base.flatMap { areWhole($0) ? $0 : nil } : base
        append(histogram.count, after: known?.count, isWhole: isWhole, to: &bytes)
        append(histogram.zeroCount, after: known?.zeroCount, isWhole: isWhole, to: &bytes)
        append(histogram.positiveBuckets, after: known?.positiveBuckets, isWhole: isWhole, to: &bytes)
        append(histogram.negativeBuckets, after: known?.negativeBuckets, isWhole: isWhole, to: &bytes)
    }

    /// The next histogram; `nil` when the bytes are none.
    static func read(after previous: NativeHistogram?, from reader: inout BlobReader) -> NativeHistogram? {
        guard let flags = reader.byte(), flags < 32 else { return nil }
        if flags == Flag.stale { return .staleMarker }
        guard flags & Flag.stale == 0, let reset = NativeHistogram.CounterReset(rawValue: (flags & Flag.counterReset) >> 2) else {
            return nil
        }
        let isWhole = flags & Flag.whole != 0
        var base: NativeHistogram?
        var histogram: NativeHistogram
        if flags & Flag.sameLayout != 0 {
            guard let previous else { return nil }
            base = previous
            histogram = previous
        } else {
            guard let layout = readLayout(from: &reader) else { return nil }
            histogram = layout
        }
        // Each count takes a byte at least: guards what is allocated.
        guard histogram.positiveBuckets.count + histogram.negativeBuckets.count <= reader.remaining, let sum = reader.littleEndian64()
        else { return nil }
        histogram.counterReset = reset
        histogram.sum = Double(bitPattern: sum)
        let known = isWhole ? base.flatMap { areWhole($0) ? $0 : nil } : base
        guard let count = readCount(after: known?.count, isWhole: isWhole, from: &reader),
            let zeroCount = readCount(after: known?.zeroCount, isWhole: isWhole, from: &reader),
            readCounts(into: &histogram.positiveBuckets, after: known?.positiveBuckets, isWhole: isWhole, from: &reader),
            readCounts(into: &histogram.negativeBuckets, after: known?.negativeBuckets, isWhole: isWhole, from: &reader)
        else { return nil }
        histogram.count = count
        histogram.zeroCount = zeroCount
        return histogram
    }

    /// Whether two are the same bit by bit.
    static func areEqual(_ left: NativeHistogram, _ right: NativeHistogram) -> Bool {
        var bytes: (left: [UInt8], right: [UInt8]) = ([], [])
        append(left, after: nil, to: &bytes.left)
        append(right, after: nil, to: &bytes.right)
        return bytes.left == bytes.right
    }

    // MARK: - Private: layout

    private static func hasSameLayout(_ left: NativeHistogram, _ right: NativeHistogram) -> Bool {
        left.schema == right.schema && left.zeroThreshold.bitPattern == right.zeroThreshold.bitPattern
            && left.positiveSpans == right.positiveSpans && left.negativeSpans == right.negativeSpans
            && left.positiveBuckets.count == right.positiveBuckets.count && left.negativeBuckets.count == right.negativeBuckets.count
            && left.customBounds.count == right.customBounds.count
            && zip(left.customBounds, right.customBounds).allSatisfy { $0.bitPattern == $1.bitPattern }
    }

    private static func appendLayout(of histogram: NativeHistogram, to bytes: inout [UInt8]) {
        Varint.append(signed: Int64(histogram.schema), to: &bytes)
        bytes.append(littleEndian: histogram.zeroThreshold.bitPattern)
        for spans in [histogram.positiveSpans, histogram.negativeSpans] {
            Varint.append(UInt64(spans.count), to: &bytes)
            for span in spans {
                Varint.append(signed: Int64(span.offset), to: &bytes)
                Varint.append(UInt64(span.length), to: &bytes)
            }
        }
        Varint.append(UInt64(histogram.customBounds.count), to: &bytes)
        for bound in histogram.customBounds { bytes.append(littleEndian: bound.bitPattern) }
    }

    /// With as many buckets as the spans are long, all zero.
    private static func readLayout(from reader: inout BlobReader) -> NativeHistogram? {
        guard let schema = reader.signed().flatMap(Int32.init(exactly:)), let threshold = reader.littleEndian64(),
            let positive = readSpans(from: &reader), let negative = readSpans(from: &reader),
            let boundCount = reader.count(upTo: reader.remaining / 8)
        else { return nil }
        var bounds: [Double] = []
        bounds.reserveCapacity(boundCount)
        for _ in 0..<boundCount {
            guard let bits = reader.littleEndian64() else { return nil }
            bounds.append(Double(bitPattern: bits))
        }
        let lengths = (positive.reduce(0) { $0 + Int($1.length) }, negative.reduce(0) { $0 + Int($1.length) })
        guard lengths.0 + lengths.1 <= reader.remaining else { return nil }
        return NativeHistogram(
            schema: schema, zeroThreshold: Double(bitPattern: threshold), positiveSpans: positive,
            positiveBuckets: Array(repeating: 0, count: lengths.0), negativeSpans: negative,
            negativeBuckets: Array(repeating: 0, count: lengths.1), customBounds: bounds)
    }

    private static func readSpans(from reader: inout BlobReader) -> [NativeHistogram.Span]? {
        guard let count = reader.count(upTo: reader.remaining / 2) else { return nil }
        var spans: [NativeHistogram.Span] = []
        spans.reserveCapacity(count)
        for _ in 0..<count {
            guard let offset = reader.signed().flatMap(Int32.init(exactly:)), let length = reader.varint().flatMap(UInt32.init(exactly:))
            else { return nil }
            spans.append(NativeHistogram.Span(offset: offset, length: length))
        }
        return spans
    }

    // MARK: - Private: counts

    private static func areWhole(_ histogram: NativeHistogram) -> Bool {
        isWhole(histogram.count) && isWhole(histogram.zeroCount) && histogram.positiveBuckets.allSatisfy(isWhole)
            && histogram.negativeBuckets.allSatisfy(isWhole)
    }

    private static func isWhole(_ value: Double) -> Bool {
        DecimalScale.whole(value, scale: 0) != nil
    }

    private static func append(_ counts: [Double], after previous: [Double]?, isWhole: Bool, to bytes: inout [UInt8]) {
        for (index, count) in counts.enumerated() { append(count, after: previous?[index], isWhole: isWhole, to: &bytes) }
    }

    private static func append(_ count: Double, after previous: Double?, isWhole: Bool, to bytes: inout [UInt8]) {
        if isWhole {
            Varint.append(signed: Int64(count) - Int64(previous ?? 0), to: &bytes)
        } else {
            bytes.append(littleEndian: count.bitPattern ^ (previous ?? 0).bitPattern)
        }
    }

    private static func readCounts(
        into counts: inout [Double], after previous: [Double]?, isWhole: Bool, from reader: inout BlobReader
    ) -> Bool {
        for index in counts.indices {
            guard let count = readCount(after: previous?[index], isWhole: isWhole, from: &reader) else { return false }
            counts[index] = count
        }
        return true
    }

    private static func readCount(after previous: Double?, isWhole: Bool, from reader: inout BlobReader) -> Double? {
        if isWhole {
            guard let difference = reader.signed() else { return nil }
            let count = Double(difference &+ Int64(previous ?? 0))
            return DecimalScale.whole(count, scale: 0) == nil ? nil : count
        }
        return reader.littleEndian64().map { Double(bitPattern: $0 ^ (previous ?? 0).bitPattern) }
    }
}
