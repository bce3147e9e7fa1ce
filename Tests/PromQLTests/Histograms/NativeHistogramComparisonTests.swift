import PostwatchModel
import Testing

@testable import PromQL

@Suite("Comparison of native histograms")
struct NativeHistogramComparisonTests {
    @Test("Histograms are the same however their spans are cut and whatever is known about resets")
    func sameness() throws {
        let whole = try histogram("{{schema:3 sum:4 count:4 buckets:[1 2 1]}}")
        var cut = whole
        cut.positiveSpans = [.init(offset: 0, length: 1), .init(offset: 0, length: 0), .init(offset: 0, length: 2)]
        cut.counterReset = .gauge
        #expect(whole.isSame(as: cut))
        #expect(!whole.isSame(as: try histogram("{{schema:3 sum:4.5 count:5 buckets:[1 3 1]}}")))
        #expect(!whole.isSame(as: try histogram("{{schema:3 sum:4 count:4 buckets:[1 2 1 0]}}")))
        #expect(!whole.isSame(as: try histogram("{{schema:3 sum:4 count:4 offset:1 buckets:[1 2 1]}}")))
        #expect(NativeHistogram(sum: .nan).isSame(as: NativeHistogram(sum: .nan)))
        #expect(!NativeHistogram(sum: 0.0).isSame(as: NativeHistogram(sum: -0.0)))
    }

    @Test(
        "A counter was reset when a count fell, a filled bucket vanished or the resolution rose",
        arguments: [
            ("{{count:3 buckets:[1 2]}}", "{{count:3 buckets:[1 2]}}", false),
            ("{{count:3 buckets:[1 2]}}", "{{count:4 buckets:[1 2 1]}}", false),
            ("{{count:3 buckets:[1 2]}}", "{{count:2 buckets:[1 1]}}", true),
            ("{{count:3 buckets:[1 2]}}", "{{count:5 buckets:[4 1]}}", true),
            ("{{count:3 buckets:[1 2]}}", "{{count:5 buckets:[5]}}", true),
            ("{{count:3 buckets:[3 0]}}", "{{count:5 buckets:[5]}}", false),
            ("{{count:3 n_buckets:[1 2]}}", "{{count:5 n_buckets:[5]}}", true),
            ("{{count:3 sum:9 buckets:[3]}}", "{{count:3 sum:1 buckets:[3]}}", false),
            ("{{schema:1 count:5 buckets:[1 2 2]}}", "{{schema:0 count:5 buckets:[1 4]}}", false),
            ("{{schema:1 count:5 buckets:[1 2 2]}}", "{{schema:0 count:6 buckets:[3 3]}}", true),
            ("{{schema:0 count:1 buckets:[1]}}", "{{schema:1 count:9 buckets:[9]}}", true),
            ("{{count:3 z_bucket:3 z_bucket_w:0.1}}", "{{count:3 z_bucket:2 z_bucket_w:0.1 buckets:[1]}}", true),
            ("{{count:3 z_bucket:3 z_bucket_w:0.1}}", "{{count:9 z_bucket:9 z_bucket_w:0.01}}", true),
            ("{{count:3 z_bucket:1 z_bucket_w:0.1 buckets:[2]}}", "{{count:3 z_bucket:3 z_bucket_w:1}}", false),
            ("{{count:3 z_bucket:1 z_bucket_w:0.1 buckets:[2]}}", "{{count:3 z_bucket:2 z_bucket_w:1 buckets:[0 1]}}", true),
            ("{{count:3 z_bucket:1 z_bucket_w:0.1 buckets:[2]}}", "{{count:9 z_bucket:9 z_bucket_w:0.7}}", true),
            ("{{count:3 buckets:[3]}}", "{{schema:-53 count:3 custom_values:[1] buckets:[3]}}", true),
            ("{{schema:-53 count:3 custom_values:[1] buckets:[3]}}", "{{count:3 buckets:[3]}}", true),
            ("{{schema:-53 count:3 custom_values:[1 2] buckets:[1 2]}}", "{{schema:-53 count:3 custom_values:[2] buckets:[3]}}", false),
            ("{{schema:-53 count:3 custom_values:[1 2] buckets:[1 2]}}", "{{schema:-53 count:3 custom_values:[2] buckets:[2 1]}}", true),
            ("{{count:3 buckets:[3]}}", "{{count:1 buckets:[1] counter_reset_hint:not_reset}}", false),
            ("{{count:3 buckets:[3]}}", "{{count:4 buckets:[4] counter_reset_hint:reset}}", true),
            ("{{count:3 buckets:[3]}}", "{{count:1 buckets:[1] counter_reset_hint:gauge}}", true),
        ])
    func resets(previous: String, next: String, isReset: Bool) throws {
        #expect(try histogram(next).isReset(after: try histogram(previous)) == isReset)
    }

    @Test("A counter that only grows is never reset, at whatever lower resolution it goes on", arguments: UInt64(1)...200)
    func growth(seed: UInt64) throws {
        var generator = HistogramGenerator(seed: seed)
        let first = generator.exponential(schemas: 0...8)
        var growth = generator.exponential(schemas: -4...0)
        growth.zeroThreshold = max(growth.zeroThreshold, first.zeroThreshold)
        var next = try #require(first.plus(growth).histogram)
        next.counterReset = .unknown
        #expect(!next.isReset(after: first))
        let (custom, more) = (generator.custom(), generator.custom())
        #expect(try !#require(custom.plus(more).histogram).isReset(after: custom))
    }
}
