import PostwatchModel
import Testing

@testable import PromQL

@Suite("Arithmetic of native histograms")
struct NativeHistogramArithmeticTests {
    @Test("Addition brings resolutions, zero buckets and buckets together")
    func addition() throws {
        let first = try histogram("{{schema:1 count:10 sum:15 z_bucket:1 z_bucket_w:0.001 buckets:[3 2 4]}}")
        let second = try histogram("{{count:6 sum:5 z_bucket:2 z_bucket_w:0.01 offset:1 buckets:[4] n_buckets:[1]}}")
        let sum = first.plus(second)
        #expect(sum.notes.isEmpty)
        #expect(
            sum.histogram == (try histogram("{{count:16 sum:20 z_bucket:3 z_bucket_w:0.01 buckets:[3 10] n_buckets:[1]}}")))
        #expect(second.plus(first).histogram == sum.histogram)
    }

    @Test("Buckets under a wider zero bucket are counted in it, once")
    func zeroBuckets() throws {
        let narrow = try histogram("{{schema:2 count:6 z_bucket:1 z_bucket_w:0.001 offset:-3 buckets:[1 2 2]}}")
        let wide = try histogram("{{count:8 z_bucket:3 z_bucket_w:0.7 offset:1 buckets:[5]}}")
        // 0.7 lies in the bucket (0.59…, 0.707…], which holds something, so the common zero bucket ends where that does.
        let sum = try #require(narrow.plus(wide).histogram)
        #expect(sum.count == 14)
        #expect(sum.bucketsInOrder.reduce(0) { $0 + $1.count } == 14)
        #expect(sum.zeroThreshold == 0.7071067811865475)
        #expect(sum.zeroCount == 7)
    }

    @Test("Subtraction yields a gauge, also below zero")
    func subtraction() throws {
        let first = try histogram("{{count:5 sum:4.5 buckets:[1 3 1]}}")
        let second = try histogram("{{count:4 sum:4 buckets:[1 2 1]}}")
        #expect(first.minus(second).histogram == (try histogram("{{count:1 sum:0.5 offset:1 buckets:[1] counter_reset_hint:gauge}}")))
        #expect(second.minus(first).histogram?.positiveBuckets == [-1])
    }

    @Test("Exponential buckets and custom bounds do not go together")
    func mismatch() throws {
        let custom = try histogram("{{schema:-53 custom_values:[1] buckets:[1]}}")
        let exponential = try histogram("{{buckets:[1]}}")
        #expect(custom.plus(exponential) == HistogramOutcome(notes: [.mixedBucketKindsAround(operator: "+")]))
        #expect(exponential.minus(custom) == HistogramOutcome(notes: [.mixedBucketKindsAround(operator: "-")]))
        var sum = HistogramSum(custom)
        #expect(throws: HistogramMismatch.exponentialWithCustomBounds) { try sum.add(exponential) }
        #expect(sum.total == custom)
    }

    @Test("Of differing custom bounds those in common remain")
    func boundsInCommon() throws {
        let first = try histogram("{{schema:-53 count:10 sum:1 custom_values:[1 2 5 10] buckets:[1 2 3 0 4]}}")
        let second = try histogram("{{schema:-53 count:6 sum:2 custom_values:[2 3 10 20] buckets:[1 2 0 1 2]}}")
        let sum = first.plus(second)
        #expect(sum.notes == [.boundsReconciled(.addition)])
        #expect(sum.histogram == (try histogram("{{schema:-53 count:16 sum:3 custom_values:[2 10] buckets:[4 5 7]}}")))
        let difference = try histogram("{{schema:-53 sum:1 count:1 custom_values:[1 10] buckets:[1]}}")
            .minus(try histogram("{{schema:-53 sum:1 count:1 custom_values:[1] buckets:[2]}}"))
        #expect(difference.notes == [.boundsReconciled(.subtraction)])
        #expect(difference.histogram == (try histogram("{{schema:-53 custom_values:[1] counter_reset_hint:gauge buckets:[-1]}}")))
        let apart = try histogram("{{schema:-53 sum:3 count:3 custom_values:[1] buckets:[3]}}")
            .minus(try histogram("{{schema:-53 sum:3 count:3 custom_values:[5 10] buckets:[3]}}"))
        #expect(apart.histogram == (try histogram("{{schema:-53 counter_reset_hint:gauge}}")))
    }

    @Test(
        "A sum knows of resets what its terms agree on",
        arguments: [
            (.unknown, .unknown, .unknown, false), (.reset, .reset, .reset, false), (.gauge, .reset, .gauge, false),
            (.notReset, .gauge, .gauge, false), (.unknown, .reset, .unknown, false), (.notReset, .unknown, .unknown, false),
            (.reset, .notReset, .unknown, true), (.notReset, .reset, .unknown, true),
        ]
            as [(
                NativeHistogram.CounterReset, NativeHistogram.CounterReset, NativeHistogram.CounterReset, Bool
            )])
    func counterResets(
        first: NativeHistogram.CounterReset, second: NativeHistogram.CounterReset, result: NativeHistogram.CounterReset, collides: Bool
    ) {
        let outcome = NativeHistogram(counterReset: first).plus(NativeHistogram(counterReset: second))
        #expect(outcome.histogram?.counterReset == result)
        #expect(outcome.notes == (collides ? [.counterResetCollision(.addition)] : []))
    }

    @Test("A collision of resets is found across other terms")
    func distantCollision() throws {
        var sum = HistogramSum(NativeHistogram(counterReset: .reset))
        try sum.add(NativeHistogram(counterReset: .unknown))
        #expect(sum.effects == [])
        #expect(try sum.add(NativeHistogram(counterReset: .notReset)) == .counterResetCollision)
        #expect(sum.effects.notes(on: .aggregation) == [.counterResetCollision(.aggregation)])
    }

    @Test("Scaling scales counts and sum; a negative factor makes a gauge, division by 0 leaves no buckets")
    func scaling() throws {
        let start = try histogram("{{count:4 sum:10 z_bucket:1 z_bucket_w:0.1 buckets:[1 0 2]}}")
        #expect(start.times(2) == (try histogram("{{count:8 sum:20 z_bucket:2 z_bucket_w:0.1 buckets:[2 0 4]}}")).compacted())
        #expect(start.dividedBy(2) == start.times(0.5))
        #expect(start.times(-1).counterReset == .gauge)
        #expect(start.negated.sum == -10 && start.negated.positiveBuckets == [-1, 0, -2])
        let infinite = start.dividedBy(0)
        #expect(infinite.count == .infinity && infinite.sum == .infinity && infinite.positiveBuckets.isEmpty)
        #expect(start.times(0).bucketsInOrder.isEmpty)
    }

    @Test("What is added and subtracted again leaves the histogram as it was", arguments: UInt64(1)...300)
    func addThenSubtract(seed: UInt64) throws {
        var generator = HistogramGenerator(seed: seed)
        let first = generator.exponential(schemas: 0...3)
        var second = generator.exponential(schemas: 0...3)
        second.zeroThreshold = first.zeroThreshold
        (second.zeroCount, second.count) = (0, second.count - second.zeroCount)
        let lowest = min(first.schema, second.schema)
        var back = first
        try back.add(second)
        try back.subtract(second)
        // Buckets of the second one that begin below the common threshold are not counted; neither are they taken away.
        #expect(back.compacted() == first.reduced(toSchema: lowest).compacted())
    }

    @Test("It is the same to reduce before and after adding", arguments: UInt64(1)...300)
    func reduceCommutes(seed: UInt64) throws {
        var generator = HistogramGenerator(seed: seed)
        var first = generator.exponential(schemas: 2...8)
        var second = generator.exponential(schemas: 2...8)
        first.zeroThreshold = 0
        second.zeroThreshold = 0
        let target = Int32(generator.integer(in: -4...2))
        let after = try #require(first.plus(second).histogram).reduced(toSchema: target).compacted()
        let before = try #require(first.reduced(toSchema: target).plus(second.reduced(toSchema: target)).histogram)
        #expect(after == before)
    }

    @Test("Any two histograms of a kind have a sum with all their observations, in either order", arguments: UInt64(1)...300)
    func additionIsTotal(seed: UInt64) throws {
        var generator = HistogramGenerator(seed: seed)
        for (first, second) in [(generator.exponential(), generator.exponential()), (generator.custom(), generator.custom())] {
            let sum = try #require(first.plus(second).histogram)
            #expect(sum == second.plus(first).histogram)
            #expect(sum.count == first.count + second.count)
            #expect(sum.bucketsInOrder.reduce(0) { $0 + $1.count } == sum.count)
            try sum.validate()
            var compensated = HistogramSum(first)
            try compensated.add(second)
            #expect(compensated.total.compacted() == sum)
        }
    }

    @Test("Compensation keeps small terms beside large ones, in every bucket and over changes of the layout")
    func compensation() throws {
        var sum = HistogramSum(try histogram("{{schema:1 count:1e100 sum:1e100 z_bucket:1e100 buckets:[1e100 1]}}"))
        for _ in 0..<10 { try sum.add(try histogram("{{schema:0 count:1 sum:1 z_bucket:1 z_bucket_w:0.001 buckets:[1 1]}}")) }
        try sum.add(try histogram("{{schema:1 count:-1e100 sum:-1e100 z_bucket:-1e100 buckets:[-1e100 1]}}"))
        #expect(
            sum.total.compacted()
                == (try histogram("{{count:10 sum:10 z_bucket:10 z_bucket_w:0.001 buckets:[10 12]}}")))
    }

    @Test("A mean is the sum divided, and stays finite where the sum would not be")
    func mean() throws {
        var mean = HistogramAverage(try histogram("{{count:2 sum:4 buckets:[1 1]}}"))
        try mean.add(try histogram("{{count:4 sum:2 buckets:[1 3]}}"))
        #expect(mean.mean == (try histogram("{{count:3 sum:3 buckets:[1 2]}}")))
        let large = try histogram("{{count:1.5e308 sum:1.5e308 buckets:[1.5e308]}}")
        mean = HistogramAverage(large)
        for _ in 0..<4 { try mean.add(large) }
        #expect(mean.mean.positiveBuckets == [1.5e308] && mean.mean.sum == 1.5e308)
        try mean.add(try histogram("{{buckets:[0]}}"))
        #expect(isClose(mean.mean.sum, 1.25e308))
    }
}
