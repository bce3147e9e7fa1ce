import Testing

@testable import PromQL

@Suite("ClassicHistogram")
struct ClassicHistogramTests {
    private func histogram(_ buckets: (Double, Double)...) -> ClassicHistogram {
        ClassicHistogram(buckets.map { .init(upperBound: $0, count: $1) })
    }

    @Test("Quantiles are interpolated evenly inside a bucket, from zero in the first one")
    func quantiles() {
        let plain = histogram((0.1, 50), (0.2, 70), (1, 110), (.infinity, 120))
        #expect(isClose(plain.quantile(0.25).value, 0.06))
        #expect(isClose(plain.quantile(0.5).value, 0.15))
        #expect(plain.quantile(0).value == 0)
        // Above the last finite bound nothing is known.
        #expect(plain.quantile(1).value == 1)
        #expect(plain.quantile(0.5).repair == nil)
        #expect(histogram((-1, 5), (.infinity, 10)).quantile(0.2).value == -1)
    }

    @Test("There is no quantile without an infinite bucket, another one and observations")
    func noQuantile() {
        for each in [histogram(), histogram((1, 2)), histogram((.infinity, 2)), histogram((1, 0), (.infinity, 0))] {
            #expect(each.quantile(0.5).value.isNaN)
        }
        let plain = histogram((1, 1), (.infinity, 2))
        #expect(plain.quantile(.nan).value.isNaN && plain.quantile(-1).value == -.infinity && plain.quantile(2).value == .infinity)
    }

    @Test("Buckets of one bound are one")
    func sameBound() {
        #expect(histogram((1, 1), (1, 1), (.infinity, 4)) == histogram((1, 2), (.infinity, 4)))
    }

    @Test("Falling counts are lifted with a note, differences of rounding without one")
    func repair() {
        let falling = histogram((1, 10), (2, 8), (4, 12), (8, 9), (.infinity, 20)).quantile(0.5)
        #expect(falling.value == 1)
        #expect(falling.repair == MonotonicityRepair(lowestBound: 2, highestBound: 8, largestDrop: 3))
        let rounding = histogram((1, 10), (2, 10 - 1e-12), (4, 10 + 1e-12), (.infinity, 20)).quantile(0.5)
        #expect(rounding.value == 1 && rounding.repair == nil)
    }

    @Test("Fractions are interpolated as quantiles are")
    func fractions() {
        let plain = histogram((1, 4), (2, 8), (.infinity, 10))
        #expect(isClose(plain.fraction(from: 0, to: 1.5), 0.6))
        #expect(isClose(plain.fraction(from: 0.5, to: 2), 0.6))
        #expect(plain.fraction(from: -.infinity, to: .infinity) == 1)
        #expect(plain.fraction(from: 2, to: 1) == 0)
        #expect(plain.fraction(from: .nan, to: 1).isNaN)
        #expect(histogram((1, 0), (.infinity, 0)).fraction(from: 0, to: 1).isNaN)
        #expect(histogram((1, 1)).fraction(from: 0, to: 1).isNaN)
        #expect(histogram().fraction(from: 0, to: 1).isNaN)
        #expect(histogram((-1, 4), (.infinity, 10)).fraction(from: -.infinity, to: -1) == 0.4)
    }
}
