import PostwatchModel
import Testing

@testable import PromQL

@Suite("Trimming of native histograms")
struct NativeHistogramTrimmingTests {
    private static let exponential = "{{sum:20 count:11 z_bucket:2 z_bucket_w:0.5 buckets:[0 4 3] n_buckets:[0 2]}}"
    private static let custom = "{{schema:-53 sum:60 count:10 custom_values:[5 10] buckets:[4 3 3]}}"

    @Test(
        "What lies beyond the threshold goes, and the bucket around it keeps its share",
        arguments: [
            (exponential, .below, 2.0, "{count:8, sum:\(4 * 2.0.squareRoot() - 2 * 2.0.squareRoot()), [-2,-1):2, [-0.5,0.5]:2, (1,2]:4}"),
            (exponential, .below, 2.0.squareRoot(), "{count:6, [-2,-1):2, [-0.5,0.5]:2, (1,2]:2}"),
            (exponential, .below, 0, "{count:3, [-2,-1):2, [-0.5,0.5]:1}"),
            (exponential, .above, 0.25, "{count:7.5, [-0.5,0.5]:0.5, (1,2]:4, (2,4]:3}"),
            (exponential, .above, -2.0.squareRoot(), "{count:10, [-2,-1):1, [-0.5,0.5]:2, (1,2]:4, (2,4]:3}"),
            (exponential, .below, -3, "{count:0, sum:0}"), (exponential, .above, .infinity, "{count:0, sum:0}"),
            (exponential, .below, .infinity, "{count:11, sum:20, [-2,-1):2, [-0.5,0.5]:2, (1,2]:4, (2,4]:3}"),
            (exponential, .above, -.infinity, "{count:11, sum:20, [-2,-1):2, [-0.5,0.5]:2, (1,2]:4, (2,4]:3}"),
            (custom, .below, 7.5, "{count:5.5, sum:\(4 * 2.5 + 1.5 * 6.25), [-Inf,5]:4, (5,10]:1.5}"),
            (custom, .below, 2.5, "{count:2, sum:2.5, [-Inf,5]:2}"), (custom, .below, 0, "{count:0, sum:0}"),
            (custom, .below, 20, "{count:7, sum:32.5, [-Inf,5]:4, (5,10]:3}"),
            (custom, .above, 2.5, "{count:8, sum:\(2 * 3.75 + 3 * 7.5 + 30), [-Inf,5]:2, (5,10]:3, (10,+Inf]:3}"),
            // Nothing is taken away, so the sum stays as it was observed.
            ("{{schema:-53 sum:99 count:3 custom_values:[5] buckets:[0 3]}}", .above, 20, "{count:3, sum:99, (5,+Inf]:3}"),
        ] as [(String, NativeHistogram.TrimSide, Double, String)])
    func trims(notation: String, side: NativeHistogram.TrimSide, threshold: Double, text: String) throws {
        let trimmed = try histogram(notation).trimmed(keeping: side, threshold)
        let rounded = try #require(HistogramTextParts(trimmed.text))
        let expected = try #require(HistogramTextParts(text))
        #expect(rounded.names == expected.names || rounded.names.filter { $0 != "sum" } == expected.names, "\(trimmed.text)")
        for (name, number) in expected.numbers {
            #expect(isClose(try #require(rounded.numbers[name]), number), "\(trimmed.text)")
        }
    }

    @Test("With positive buckets only, the zero bucket is taken to hold nothing below zero")
    func zeroBucket() throws {
        let positive = try histogram("{{sum:9 count:6 z_bucket:4 z_bucket_w:1 offset:1 buckets:[2]}}")
        #expect(positive.trimmed(keeping: .above, 0).text == positive.text)
        #expect(positive.trimmed(keeping: .above, 0.25).zeroCount == 3)
        #expect(positive.trimmed(keeping: .below, 0.25).zeroCount == 1)
    }

    @Test("Both halves together hold every observation but those in endless buckets", arguments: UInt64(1)...200)
    func halves(seed: UInt64) {
        var generator = HistogramGenerator(seed: seed)
        let histogram = generator.exponential()
        let threshold = (generator.fraction() - 0.5) * 8
        let below = histogram.trimmed(keeping: .below, threshold)
        let above = histogram.trimmed(keeping: .above, threshold)
        #expect(isClose(below.count + above.count, histogram.count))
        #expect(below.bucketsInOrder.allSatisfy { $0.lower < threshold } && above.bucketsInOrder.allSatisfy { $0.upper > threshold })
    }
}

/// `{count:3, (1,2]:3}` taken apart, so that numbers can be compared without regard to rounding.
private struct HistogramTextParts {
    let names: [String]
    let numbers: [String: Double]

    init?(_ text: String) {
        let parts = text.dropFirst().dropLast().replacing(", ", with: "\n").split(separator: "\n")
        let pairs = parts.compactMap { part in
            part.lastIndex(of: ":").flatMap { colon in
                Double(part[part.index(after: colon)...]).map { (String(part[..<colon]), $0) }
            }
        }
        guard pairs.count == parts.count else { return nil }
        names = pairs.map(\.0)
        numbers = Dictionary(uniqueKeysWithValues: pairs)
    }
}
