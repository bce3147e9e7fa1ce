import ExpositionFormat
import PostwatchModel
import Testing

@testable import SeriesStore

@Suite("A histogram that comes in")
struct HistogramCheckTests {
    typealias Span = RemoteWriteHistogram.Span

    static func whole(_ change: (inout RemoteWriteHistogram) -> Void = { _ in }) -> RemoteWriteHistogram {
        var message = RemoteWriteHistogram()
        message.timestamp = StoreFixture.noon.milliseconds
        message.count = .whole(14)
        message.sum = 3.5
        message.schema = 2
        message.zeroThreshold = 0.01
        message.zeroCount = .whole(1)
        message.positive = .init(spans: [Span(offset: -2, length: 2), Span(offset: 1, length: 1)], deltas: [3, -1, 4])
        message.negative = .init(spans: [Span(offset: 0, length: 1)], deltas: [2])
        message.resetHint = 2
        change(&message)
        return message
    }

    static func fractional(_ change: (inout RemoteWriteHistogram) -> Void = { _ in }) -> RemoteWriteHistogram {
        whole { message in
            message.count = .fraction(14.5)
            message.zeroCount = .fraction(1)
            message.positive = .init(spans: message.positive.spans, counts: [3, 2.5, 6])
            message.negative = .init(spans: message.negative.spans, counts: [2])
            change(&message)
        }
    }

    static func custom(_ change: (inout RemoteWriteHistogram) -> Void = { _ in }) -> RemoteWriteHistogram {
        var message = RemoteWriteHistogram()
        message.schema = -53
        message.count = .whole(3)
        message.positive = .init(spans: [Span(offset: 1, length: 2)], deltas: [1, 1])
        message.customValues = [-1, 2.5]
        change(&message)
        return message
    }

    @Test("has absolute counts, whatever the sender wrote")
    func counts() throws {
        let whole = try NativeHistogram(checking: Self.whole())
        #expect(
            whole
                == NativeHistogram(
                    schema: 2, counterReset: .notReset, zeroThreshold: 0.01, zeroCount: 1, count: 14, sum: 3.5,
                    positiveSpans: [.init(offset: -2, length: 2), .init(offset: 1, length: 1)], positiveBuckets: [3, 2, 6],
                    negativeSpans: [.init(offset: 0, length: 1)], negativeBuckets: [2]))
        #expect(try NativeHistogram(checking: Self.fractional()).positiveBuckets == [3, 2.5, 6])
        #expect(try NativeHistogram(checking: Self.custom()).customBounds == [-1, 2.5])
        #expect(try NativeHistogram(checking: RemoteWriteHistogram(.init(timestamp: 5, histogram: whole))) == whole)
    }

    @Test(
        "is refused when it makes no sense",
        arguments: [
            (whole { $0.schema = 53 }, .unknownSchema(53)), (whole { $0.schema = -5 }, .unknownSchema(-5)),
            (whole { $0.positive.spans[0].length = 3 }, .spansDoNotFit(length: 4, buckets: 3)),
            (whole { $0.positive.spans[1].offset = -1 }, .overlappingSpans),
            (whole { $0.positive.spans[0].offset = .max }, .bucketOutOfRange),
            (whole { $0.positive.deltas[1] = -4 }, .negativeCount), (fractional { $0.positive.counts[1] = -0.5 }, .negativeCount),
            (fractional { $0.zeroCount = .fraction(-1) }, .negativeCount), (fractional { $0.count = .fraction(-1) }, .negativeCount),
            (whole { $0.count = .whole(13) }, .countMismatch(count: 13, buckets: 14)),
            (whole { $0.count = .whole(15) }, .countMismatch(count: 15, buckets: 14)),
            (
                whole { message in
                    message.sum = .nan
                    message.count = .whole(13)
                }, .countMismatch(count: 13, buckets: 14)
            ),
            (whole { $0.customValues = [1] }, .mixedBuckets), (custom { $0.zeroCount = .whole(1) }, .countMismatch(count: 3, buckets: 4)),
            (custom { $0.zeroThreshold = 1 }, .mixedBuckets), (custom { $0.negative.spans = [.init(offset: 0, length: 0)] }, .mixedBuckets),
            (custom { $0.customValues = [2, 2] }, .unorderedBounds), (custom { $0.customValues = [2, .infinity] }, .unorderedBounds),
            (custom { $0.customValues = [.nan] }, .unorderedBounds), (custom { $0.customValues = [2] }, .bucketOutOfRange),
            (custom { $0.positive.spans[0].offset = -1 }, .bucketOutOfRange),
            (custom { $0.customValues = (0...65536).map(Double.init) }, .tooManyBuckets(65539, limit: 65536)),
        ] as [(RemoteWriteHistogram, HistogramFault)])
    func faults(message: RemoteWriteHistogram, fault: HistogramFault) {
        #expect(throws: fault) { try NativeHistogram(checking: message) }
    }

    @Test("may have observations that are no number, which are in no bucket")
    func observationsWithoutNumber() throws {
        let histogram = try NativeHistogram(
            checking: Self.whole { message in
                message.sum = .nan
                message.count = .whole(20)
            })
        #expect(histogram.count == 20)
    }

    @Test("that says that its series has ended says nothing else")
    func stale() throws {
        #expect(try NativeHistogram(checking: Self.whole { $0.sum = Sample.staleMarker }).bits == NativeHistogram.staleMarker.bits)
    }

    @Test("is made coarser when it is finer than what can be kept")
    func reduction() throws {
        let histogram = try NativeHistogram(
            checking: Self.whole { message in
                message.schema = 10
                // Buckets -8, -7, -3, 4, 5 and 9.
                message.positive.spans = [
                    Span(offset: -8, length: 2), Span(offset: 3, length: 1), Span(offset: 6, length: 2), Span(offset: 3, length: 1),
                ]
                message.positive.deltas = [1, 0, 0, 0, 0, 0]
                message.negative = .init()
                message.count = .whole(7)
            })
        #expect(histogram.schema == 8)
        // Index i covers up to 2^(i/1024); four neighbours, those up to a multiple of four, are one: ceil(i / 4).
        let expected = Dictionary(grouping: [-8, -7, -3, 4, 5, 9]) { Int((Double($0) / 4).rounded(.up)) }.mapValues { Double($0.count) }
        var found: [Int: Double] = [:]
        var index = 0
        var next = 0
        for span in histogram.positiveSpans {
            index += Int(span.offset)
            for _ in 0..<span.length {
                found[index] = histogram.positiveBuckets[next]
                index += 1
                next += 1
            }
        }
        #expect(found == expected)
    }
}
