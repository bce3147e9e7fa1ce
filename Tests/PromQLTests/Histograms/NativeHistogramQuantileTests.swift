import PostwatchModel
import Testing

@testable import PromQL

@Suite("Quantiles and fractions of native histograms")
struct NativeHistogramQuantileTests {
    @Test(
        "Quantiles are interpolated on a logarithmic scale, and evenly in the zero bucket and between custom bounds",
        arguments: [
            ("{{count:4 buckets:[0 4]}}", 0.5, 1.4142135623730951), ("{{count:4 buckets:[0 4]}}", 1, 2),
            ("{{count:4 buckets:[0 4]}}", 0, 1),
            ("{{count:4 n_buckets:[0 4]}}", 0.5, -1.4142135623730951), ("{{count:4 n_buckets:[0 4]}}", 0.25, -1.681792830507429),
            ("{{count:12 z_bucket:2 z_bucket_w:0.001 buckets:[2 3 0 1 4]}}", 0.1, 0.0006),
            ("{{count:4 z_bucket:4 z_bucket_w:0.5}}", 0.25, -0.25), ("{{count:4 z_bucket:3 z_bucket_w:0.5 n_buckets:[0 1]}}", 1, 0),
            ("{{count:8 z_bucket:4 z_bucket_w:0.5 n_buckets:[0 2] buckets:[0 2]}}", 0.5, 0),
            ("{{schema:-53 count:10 custom_values:[5 10] buckets:[4 6]}}", 0.2, 2.5),
            ("{{schema:-53 count:10 custom_values:[5 10] buckets:[4 6]}}", 0.7, 7.5),
            ("{{schema:-53 count:10 custom_values:[5 10] buckets:[4 0 6]}}", 0.9, 10),
            ("{{schema:-53 count:10 custom_values:[-5 10] buckets:[4 6]}}", 0.2, -5),
            ("{{count:4 buckets:[0 4]}}", -0.1, -.infinity), ("{{count:4 buckets:[0 4]}}", 1.1, .infinity),
            ("{{count:4 buckets:[0 4]}}", .nan, .nan), ("{{}}", 0.5, .nan), ("{{count:3 sum:1}}", 0.5, 0),
        ] as [(String, Double, Double)])
    func quantiles(notation: String, quantile: Double, value: Double) throws {
        let answer = try histogram(notation).quantile(quantile)
        #expect(isClose(answer.value, value), "\(answer.value)")
        #expect(answer.note == nil)
    }

    @Test("Observations of NaN count as the highest ones, and a note says what that does")
    func notANumber() throws {
        let some = try histogram("{{count:10 sum:NaN buckets:[0 8]}}")
        #expect(some.quantile(0.4).note == .quantileIsSkewed)
        #expect(isClose(some.quantile(0.4).value, 1.4142135623730951))
        #expect(some.quantile(0.9).note == .quantileIsNotANumber)
        #expect(some.quantile(0.9).value.isNaN)
        // A sum of +Inf and -Inf is NaN as well, but those have buckets.
        let infinite = try histogram("{{count:8 sum:NaN buckets:[0 8]}}")
        #expect(infinite.quantile(0.9).note == nil)
        #expect(some.fraction(from: 0, to: 4).note == .fractionLeavesOutNaN)
        #expect(some.fraction(from: 0, to: 4).value == 0.8)
    }

    @Test(
        "Fractions are interpolated as quantiles are",
        arguments: [
            ("{{count:4 buckets:[0 4]}}", 1, 2, 1), ("{{count:4 buckets:[0 4]}}", 1, 1.4142135623730951, 0.5),
            ("{{count:4 buckets:[0 4]}}", -.infinity, .infinity, 1), ("{{count:4 buckets:[0 4]}}", 3, 2, 0),
            ("{{count:4 buckets:[0 4]}}", .nan, 2, .nan), ("{{}}", 0, 1, .nan),
            ("{{count:4 n_buckets:[0 4]}}", -1.4142135623730951, -1, 0.5),
            ("{{count:4 z_bucket:4 z_bucket_w:0.5}}", 0, 0.25, 0.25), ("{{count:4 z_bucket:4 z_bucket_w:0.5 buckets:[0 0]}}", 0, 0.25, 0.5),
            ("{{schema:-53 count:10 custom_values:[5 10] buckets:[4 6]}}", 0, 7.5, 0.7),
            ("{{schema:-53 count:10 custom_values:[-5 10] buckets:[4 6]}}", -.infinity, -5, 0.4),
        ] as [(String, Double, Double, Double)])
    func fractions(notation: String, lower: Double, upper: Double, value: Double) throws {
        let answer = try histogram(notation).fraction(from: lower, to: upper)
        #expect(isClose(answer.value, value), "\(answer.value)")
        #expect(answer.note == nil)
    }

    @Test("Quantiles rise, lie within the bounds, and fractions are their inverse", arguments: UInt64(1)...300)
    func monotonic(seed: UInt64) {
        var generator = HistogramGenerator(seed: seed)
        for histogram in [generator.exponential(), generator.custom()] where histogram.count > 0 {
            var previous = -Double.infinity
            for step in 0...20 {
                let quantile = Double(step) / 20
                let value = histogram.quantile(quantile).value
                #expect(value > previous || isClose(value, previous), "\(histogram.notation) \(quantile) \(value) \(previous)")
                previous = value
                let filled = histogram.bucketsInOrder.filter { $0.count != 0 }
                // Between filled buckets, and at the infinite ones, any share of the gap is an inverse.
                let isInside = filled.contains { $0.lower < value && value < $0.upper && $0.lower.isFinite && $0.upper.isFinite }
                if isInside, histogram.zeroCount == 0 {
                    #expect(isClose(histogram.fraction(from: -.infinity, to: value).value, quantile, by: 1e-6))
                }
            }
        }
    }

    @Test("Mean and spread take each observation for the middle of its bucket")
    func statistics() throws {
        let exponential = try histogram("{{count:4 sum:10 buckets:[1 0 0 1 2]}}")
        #expect(exponential.average == 2.5)
        let middles = [0.5, 32, 128, 128].map { ($0 as Double).squareRoot() }
        let variance = middles.map { ($0 - 2.5) * ($0 - 2.5) }.reduce(0, +) / 4
        #expect(isClose(exponential.variance, variance))
        #expect(isClose(exponential.standardDeviation, variance.squareRoot()))
        #expect(try isClose(histogram("{{count:2 sum:0 z_bucket:2 z_bucket_w:1}}").variance, 0))
        #expect(try isClose(histogram("{{count:1 sum:-1 n_buckets:[0 1]}}").variance, 0.1715728752538097))
        #expect(try isClose(histogram("{{schema:-53 count:2 sum:15 custom_values:[5 10] buckets:[0 2]}}").variance, 0))
        #expect(NativeHistogram().average.isNaN)
    }
}
