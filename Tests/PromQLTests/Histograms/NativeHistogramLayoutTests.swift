import PostwatchModel
import Testing

@testable import PromQL

@Suite("Layout of native histograms")
struct NativeHistogramLayoutTests {
    @Test("Compaction removes empty buckets, empty spans and seams")
    func compaction() {
        let histogram = NativeHistogram(
            positiveSpans: [
                .init(offset: -2, length: 2), .init(offset: 0, length: 1), .init(offset: 3, length: 0), .init(offset: 1, length: 4),
            ],
            positiveBuckets: [0, 1, 2, 0, 3, 0, 4])
        let compact = histogram.compacted()
        #expect(compact.positiveSpans == [.init(offset: -1, length: 2), .init(offset: 5, length: 1), .init(offset: 1, length: 1)])
        #expect(compact.positiveBuckets == [1, 2, 3, 4])
        #expect(compact.compacted() == compact)
    }

    @Test("Compaction keeps what the histogram says", arguments: UInt64(1)...200)
    func compactionKeepsMeaning(seed: UInt64) {
        var generator = HistogramGenerator(seed: seed)
        for histogram in [generator.exponential(), generator.custom()] {
            let compact = histogram.compacted()
            #expect(compact.bucketsInOrder.map(\.text) == histogram.bucketsInOrder.filter { $0.count != 0 }.map(\.text))
            #expect(compact.text == histogram.text)
            #expect(HistogramAnswer(compact) == HistogramAnswer(histogram))
            #expect(!compact.positiveBuckets.contains(0) && !compact.negativeBuckets.contains(0))
            #expect(!compact.positiveSpans.dropFirst().contains { $0.offset == 0 })
        }
    }

    @Test("In a coarser schema neighbouring buckets are one")
    func reduction() throws {
        let fine = try histogram("{{schema:1 count:26 buckets:[3 2 5 7 9] n_offset:-2 n_buckets:[1 2]}}")
        let coarse = try histogram("{{count:26 buckets:[3 7 16] n_offset:-1 n_buckets:[1 2]}}")
        #expect(fine.reduced(toSchema: 0).compacted() == coarse)
        #expect(fine.reduced(toSchema: -1).text == "{count:26, sum:0, [-1,-0.25):3, (0.25,1]:3, (1,4]:23}")
        #expect(fine.reduced(toSchema: 1) == fine)
        let custom = try histogram("{{schema:-53 custom_values:[1] buckets:[1 2]}}")
        #expect(custom.reduced(toSchema: -53) == custom)
    }

    @Test("A wider zero bucket takes in the buckets it covers and never ends inside a filled one")
    func widening() throws {
        let start = try histogram("{{count:12 z_bucket:1 z_bucket_w:0.001 offset:-2 buckets:[1 2 3 0 5] n_offset:-1 n_buckets:[4]}}")
        #expect(start.withZeroBucket(reaching: 0.001) == start)
        #expect(start.withZeroBucket(reaching: 0.0005) == start)
        // (0.125, 0.25] holds something, so the zero bucket ends at 0.25.
        #expect(
            start.withZeroBucket(reaching: 0.2).text
                == "{count:12, sum:0, [-0.5,-0.25):4, [-0.25,0.25]:2, (0.25,0.5]:2, (0.5,1]:3, (2,4]:5}")
        // The negative bucket pushes the end to 0.5.
        #expect(start.withZeroBucket(reaching: 0.26).text == "{count:12, sum:0, [-0.5,0.5]:8, (0.5,1]:3, (2,4]:5}")
        // (1, 2] is empty, so 1.5 is as good as any.
        #expect(start.withZeroBucket(reaching: 1.5).text == "{count:12, sum:0, [-1.5,1.5]:11, (2,4]:5}")
    }

    @Test("What makes no sense is refused with the reason")
    func validation() throws {
        let span = NativeHistogram.Span(offset: 0, length: 1)
        let back = NativeHistogram.Span(offset: -1, length: 1)
        let cases: [(NativeHistogram, HistogramFault)] = [
            (NativeHistogram(schema: 9), .unknownSchema(9)),
            (NativeHistogram(positiveSpans: [span]), .bucketsDoNotFitSpans(.positive, described: 1, present: 0)),
            (NativeHistogram(negativeSpans: [span, back], negativeBuckets: [1, 1]), .negativeSpanOffset(.negative, span: 1)),
            (NativeHistogram(positiveSpans: [span], positiveBuckets: [-1]), .negativeBucketCount(.positive, bucket: 0, count: -1)),
            (NativeHistogram(zeroCount: -1), .negativeZeroCount(-1)), (NativeHistogram(count: -2), .negativeCount(-2)),
            (NativeHistogram(customBounds: [1]), .boundsOfExponentialSchema),
            (NativeHistogram(schema: -53, customBounds: [.nan]), .boundIsNotANumber),
            (NativeHistogram(schema: -53, customBounds: [1, .infinity]), .boundIsInfinite),
            (NativeHistogram(schema: -53, customBounds: [2, 1]), .boundsDoNotRise(previous: 2, next: 1)),
            (NativeHistogram(schema: -53, zeroCount: 1), .zeroBucketBesideCustomBounds),
            (NativeHistogram(schema: -53, negativeSpans: [span], negativeBuckets: [1]), .negativeBucketsBesideCustomBounds),
            (
                NativeHistogram(schema: -53, positiveSpans: [.init(offset: 0, length: 3)], positiveBuckets: [1, 1, 1], customBounds: [1]),
                .tooFewBounds(bounds: 1, buckets: 3)
            ),
        ]
        for (histogram, fault) in cases {
            #expect(throws: fault) { try histogram.validate() }
            #expect(!fault.description.isEmpty)
        }
        var generator = HistogramGenerator(seed: 7)
        for _ in 0..<100 {
            try generator.exponential().validate()
            try generator.custom().validate()
        }
    }
}
