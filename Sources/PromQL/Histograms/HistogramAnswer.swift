import PostwatchModel

/// A native histogram as the HTTP API answers it: `{"count":"…","sum":"…","buckets":[[rule,"lower","upper","count"],…]}`.
///
/// Source: Prometheus documentation, "HTTP API", "Native histograms".
public struct HistogramAnswer: Hashable, Sendable, Encodable {
    /// A bucket that holds something. Encoded as a list of four.
    public struct Bucket: Hashable, Sendable, Encodable {
        /// Which bounds belong to the bucket: 0 the upper one, 1 the lower one, 2 none, 3 both.
        public let boundaryRule: Int
        public let lower: String
        public let upper: String
        public let count: String

        public func encode(to encoder: any Encoder) throws {
            var list = encoder.unkeyedContainer()
            try list.encode(boundaryRule)
            try list.encode(lower)
            try list.encode(upper)
            try list.encode(count)
        }
    }

    public let count: String
    public let sum: String
    /// From the lowest to the highest; `nil`, and left out of the answer, when all are empty.
    public let buckets: [Bucket]?

    public init(_ histogram: NativeHistogram) {
        count = histogram.count.answerText
        sum = histogram.sum.answerText
        let filled = histogram.bucketsInOrder.filter { $0.count != 0 }.map { bucket in
            let rule =
                switch (bucket.includesLower, bucket.includesUpper) {
                case (false, true): 0
                case (true, false): 1
                case (false, false): 2
                case (true, true): 3
                }
            return Bucket(
                boundaryRule: rule, lower: bucket.lower.answerText, upper: bucket.upper.answerText, count: bucket.count.answerText)
        }
        buckets = filled.isEmpty ? nil : filled
    }
}
