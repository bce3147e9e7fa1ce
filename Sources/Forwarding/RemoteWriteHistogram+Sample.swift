import ExpositionFormat
import PostwatchModel

extension RemoteWriteHistogram {
    /// A sample's histogram in the form for fractional counts, which says the same of whole ones. Source: `prompb/types.proto`.
    init(_ histogram: NativeHistogram, at timestamp: Timestamp) {
        self.init()
        self.timestamp = timestamp.milliseconds
        count = .fraction(histogram.count)
        sum = histogram.sum
        schema = histogram.schema
        zeroThreshold = histogram.zeroThreshold
        zeroCount = .fraction(histogram.zeroCount)
        negative = Side(spans: histogram.negativeSpans.map(Self.span), counts: histogram.negativeBuckets)
        positive = Side(spans: histogram.positiveSpans.map(Self.span), counts: histogram.positiveBuckets)
        resetHint = Int(histogram.counterReset.rawValue)
        customValues = histogram.customBounds
    }

    // MARK: - Private

    private static func span(_ span: NativeHistogram.Span) -> Span {
        Span(offset: span.offset, length: span.length)
    }
}
