import PostwatchModel
import Testing

@testable import PromQL

@Suite("Buckets of native histograms")
struct NativeHistogramBucketsTests {
    @Test("Buckets come from the lowest to the highest, each with its bounds")
    func order() throws {
        let buckets = try histogram("{{z_bucket:2 z_bucket_w:0.001 buckets:[1 2] n_buckets:[1 2]}}").bucketsInOrder
        #expect(buckets.map(\.text) == ["[-2,-1):2", "[-1,-0.5):1", "[-0.001,0.001]:2", "(0.5,1]:1", "(1,2]:2"])
    }

    @Test("Custom bounds begin below everything and end above it")
    func customBounds() throws {
        let buckets = try histogram("{{schema:-53 custom_values:[5 10] buckets:[1 0 3]}}").bucketsInOrder
        #expect(buckets.map(\.text) == ["[-Inf,5]:1", "(5,10]:0", "(10,+Inf]:3"])
    }

    @Test("A bucket into which the zero bucket reaches begins where that ends")
    func zeroThresholdInsideBucket() throws {
        let buckets = try histogram("{{z_bucket:2 z_bucket_w:0.7 buckets:[1] n_buckets:[1]}}").bucketsInOrder
        #expect(buckets.map(\.text) == ["[-1,-0.7):1", "[-0.7,0.7]:2", "(0.7,1]:1"])
    }

    @Test("Spans and buckets that do not fit each other are read as far as they go")
    func unfit() {
        let short = NativeHistogram(positiveSpans: [.init(offset: 0, length: 5)], positiveBuckets: [1, 2])
        #expect(short.bucketsInOrder.map(\.count) == [1, 2])
        let long = NativeHistogram(positiveSpans: [.init(offset: 0, length: 1)], positiveBuckets: [1, 2])
        #expect(long.bucketsInOrder.map(\.count) == [1])
    }
}
