import PostwatchModel
import Testing

@testable import PromQL

@Suite("HistogramWindow")
struct HistogramWindowTests {
    private func window(_ notations: String...) throws -> HistogramWindow {
        HistogramWindow(
            try notations.enumerated().map { place, notation in
                HistogramPoint(timestamp: Int64(place) * 10_000, histogram: try histogram(notation))
            })
    }

    @Test("A counter's difference adds what was counted before a reset")
    func counter() throws {
        let steady = try window("{{count:2 sum:1 buckets:[1 1]}}", "{{count:4 sum:2 buckets:[2 2]}}", "{{count:6 sum:3 buckets:[3 3]}}")
        #expect(
            steady.difference(.counter)
                == HistogramOutcome(histogram: try histogram("{{count:4 sum:2 buckets:[2 2] counter_reset_hint:gauge}}")))
        let reset = try window(
            "{{count:4 sum:4 buckets:[4]}}", "{{count:9 sum:9 buckets:[9]}}", "{{count:2 sum:2 buckets:[1 1]}}",
            "{{count:5 sum:5 buckets:[3 2]}}")
        #expect(
            reset.difference(.counter).histogram == (try histogram("{{count:10 sum:10 buckets:[8 2] counter_reset_hint:gauge}}")))
    }

    @Test("The coarsest schema among the samples of a counter decides")
    func schemas() throws {
        let mixed = try window(
            "{{schema:2 count:1 buckets:[1]}}", "{{schema:0 count:2 buckets:[2]}}", "{{schema:1 count:9 buckets:[9]}}")
        let outcome = mixed.difference(.counter)
        // A finer schema means a reset.
        #expect(outcome.histogram == (try histogram("{{count:10 buckets:[10] counter_reset_hint:gauge}}")))
    }

    @Test("The first sample may be of any kind when the second one is a reset")
    func firstBeforeReset() throws {
        let changed = try window(
            "{{count:9 buckets:[9]}}", "{{schema:-53 count:1 custom_values:[1] buckets:[1]}}",
            "{{schema:-53 count:3 custom_values:[1] buckets:[3]}}")
        #expect(
            changed.difference(.counter)
                == HistogramOutcome(
                    histogram: try histogram("{{schema:-53 count:3 custom_values:[1] buckets:[3] counter_reset_hint:gauge}}")))
        let mixed = try window(
            "{{count:1 buckets:[1]}}", "{{count:2 buckets:[2]}}", "{{schema:-53 count:3 custom_values:[1] buckets:[3]}}")
        #expect(mixed.difference(.counter) == HistogramOutcome(notes: [.mixedBucketKinds]))
    }

    @Test("Gauges in a counter's range, and counters in a gauge's, are noted")
    func kinds() throws {
        let gauges = try window("{{count:1 counter_reset_hint:gauge}}", "{{count:3 counter_reset_hint:gauge}}")
        #expect(gauges.difference(.counter).notes == [.notCounter])
        #expect(gauges.difference(.gauge).notes == [])
        #expect(gauges.lastDifference(.counter).notes == [.notCounter])
        let counters = try window("{{count:5 buckets:[5]}}", "{{count:3 buckets:[3]}}")
        let delta = counters.difference(.gauge)
        #expect(delta.notes == [.notGauge])
        #expect(delta.histogram == (try histogram("{{count:-2 buckets:[-2] counter_reset_hint:gauge}}")))
    }

    @Test(
        "The last two samples give irate and idelta, as in Prometheus' own scripts",
        arguments: [
            ("{{sum:1 count:1}}", "{{sum:4 count:4}}", HistogramWindow.Reading.counter, "{{sum:3 count:3 counter_reset_hint:gauge}}", 0),
            (
                "{{sum:1 count:1}}", "{{schema:-53 sum:3 count:3 custom_values:[5 10] buckets:[3]}}", .counter,
                "{{schema:-53 sum:3 count:3 custom_values:[5 10] buckets:[3] counter_reset_hint:gauge}}", 0
            ),
            (
                "{{schema:-53 sum:3 count:3 custom_values:[1] buckets:[3]}}",
                "{{schema:-53 sum:3 count:3 custom_values:[5 10] buckets:[3]}}", .counter,
                "{{schema:-53 counter_reset_hint:gauge}}", 1
            ),
            (
                "{{sum:4 count:5 counter_reset_hint:gauge}}", "{{sum:2 count:2 counter_reset_hint:gauge}}", .gauge,
                "{{sum:-2 count:-3 counter_reset_hint:gauge}}", 0
            ),
            (
                "{{schema:-53 sum:1 count:1 custom_values:[1] buckets:[2] counter_reset_hint:gauge}}",
                "{{schema:-53 sum:1 count:1 custom_values:[1 10] buckets:[1] counter_reset_hint:gauge}}", .gauge,
                "{{schema:-53 custom_values:[1] counter_reset_hint:gauge buckets:[-1]}}", 1
            ),
        ] as [(String, String, HistogramWindow.Reading, String, Int)])
    func lastTwo(first: String, second: String, reading: HistogramWindow.Reading, result: String, notes: Int) throws {
        let outcome = try window(first, second).lastDifference(reading)
        #expect(outcome.histogram == (try histogram(result)))
        #expect(outcome.notes == (notes == 1 ? [.boundsReconciled(.subtraction)] : []))
    }

    @Test("delta is the difference of gauges, and of counters with a warning")
    func delta() throws {
        for (hint, notes) in [(" counter_reset_hint:gauge", []), ("", [HistogramNote.notGauge])] {
            let points = try (0...4).map { step in
                HistogramPoint(
                    timestamp: Int64(step) * 300_000,
                    histogram: try histogram("{{sum:\(step) count:\(2 * step) buckets:[\(step) \(step) \(step)]\(hint)}}"))
            }
            let outcome = HistogramWindow(points).difference(.gauge)
            #expect(outcome.histogram == (try histogram("{{sum:4 count:8 buckets:[4 4 4] counter_reset_hint:gauge}}")))
            #expect(outcome.notes == notes)
        }
    }

    @Test("An anchored range starts at the sample before it, a smoothed one between the samples around its ends")
    func extended() throws {
        let points = try window(
            "{{count:0 sum:0 buckets:[0]}}", "{{count:10 sum:10 buckets:[10]}}", "{{count:30 sum:30 buckets:[30]}}",
            "{{count:6 sum:6 buckets:[6]}}")
        func difference(_ from: Int64, _ to: Int64, _ ends: HistogramWindow.Ends) -> HistogramOutcome {
            points.difference(.counter, from: Timestamp(milliseconds: from), to: Timestamp(milliseconds: to), ends)
        }
        #expect(difference(5_000, 30_000, .anchored).histogram?.count == 36)
        #expect(difference(10_000, 30_000, .anchored).histogram?.count == 26)
        #expect(difference(5_000, 15_000, .smoothed).histogram?.count == 15)
        // From 20 up to 30, then a reset and half of 6.
        #expect(difference(15_000, 25_000, .smoothed).histogram?.count == 13)
        #expect(difference(25_000, 30_000, .smoothed).histogram?.count == 3)
        #expect(difference(30_000, 40_000, .anchored) == HistogramOutcome())
    }

    @Test("Between two samples a histogram lies on the line between them")
    func interpolation() throws {
        let first = HistogramPoint(timestamp: 0, histogram: try histogram("{{count:2 sum:2 buckets:[2]}}"))
        let second = HistogramPoint(timestamp: 100, histogram: try histogram("{{count:4 sum:6 buckets:[2 2]}}"))
        let middle = HistogramWindow.interpolated(from: first, to: second, at: Timestamp(milliseconds: 25), .counter)
        #expect(middle.histogram?.text == "{count:2.5, sum:3, (0.5,1]:2, (1,2]:0.5}")
        let back = HistogramWindow.interpolated(
            from: second, to: HistogramPoint(timestamp: 200, histogram: first.histogram),
            at: Timestamp(milliseconds: 150), .counter)
        #expect(back.histogram?.count == 1)
    }

    @Test("A growing counter's difference is what it grew by", arguments: UInt64(1)...200)
    func growth(seed: UInt64) throws {
        var generator = HistogramGenerator(seed: seed)
        let start = generator.exponential(schemas: 0...3)
        var points = [HistogramPoint(timestamp: 0, histogram: start)]
        for step in 1...5 {
            var next = points[step - 1].histogram
            var growth = generator.exponential(schemas: 0...3)
            growth.zeroThreshold = 0
            growth.schema = next.schema
            try next.add(growth)
            points.append(HistogramPoint(timestamp: Int64(step), histogram: next))
        }
        let last = points[5].histogram
        let outcome = HistogramWindow(points).difference(.counter)
        #expect(outcome.notes.isEmpty)
        #expect(outcome.histogram == last.minus(start).histogram)
        #expect(outcome.histogram?.count == last.count - start.count)
    }
}
