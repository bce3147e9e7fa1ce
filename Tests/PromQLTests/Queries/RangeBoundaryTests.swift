import PostwatchModel
import PromQL
import Testing

@Suite("Ranges that are anchored or smoothed")
struct RangeBoundaryTests {
    private let engine = QueryEngine(
        samples: LoadedSamples(
            every: .seconds(60),
            [
                (["__name__": "sent_total"], [0, 60, 120, 180, 240]), (["__name__": "reset_total"], [100, 10]),
                (["__name__": "depth"], [5, 9, nil, nil, 7]),
            ]))

    private func lines(_ text: String, at seconds: Int) async throws -> [String] {
        try await engine.lines(text, at: .seconds(seconds), allowingExperimental: true)
    }

    @Test("Anchored, the last samples at or before both ends stand for them")
    func anchored() async throws {
        #expect(try await lines("increase(sent_total[1m] anchored)", at: 150) == ["{} 60"])
        #expect(try await lines("delta(depth[3m] anchored)", at: 240) == ["{} -2"])
        #expect(try await lines("increase(sent_total[1m] anchored)", at: 30) == ["{} 0"], "nothing lies before the first sample")
        #expect(try await lines("delta(depth[1m] anchored)", at: 200) == [], "nothing was measured inside")
    }

    @Test("Smoothed, the values at both ends lie on the line between the samples around them")
    func smoothed() async throws {
        #expect(try await lines("increase(sent_total[1m] smoothed)", at: 150) == ["{} 60"])
        #expect(try await lines("round(delta(depth[90s] smoothed), 0.001)", at: 210) == ["{} -1"], "from 8.333 to 7.333")
        #expect(try await lines("increase(sent_total[1m] smoothed)", at: -30) == [], "a series that only begins later")
    }

    @Test("A counter that was reset between two samples rose from zero")
    func resets() async throws {
        #expect(try await lines("increase(reset_total[30s] smoothed)", at: 45) == ["{} 5"])
        #expect(try await lines("increase(reset_total[1m] anchored)", at: 60) == ["{} 10"])
    }

    @Test("A smoothed instant selector interpolates, and keeps the last value behind the last sample")
    func instant() async throws {
        #expect(try await lines("sent_total smoothed", at: 90) == ["sent_total 90"])
        #expect(try await lines("sent_total smoothed", at: 120) == ["sent_total 120"])
        #expect(try await lines("sent_total smoothed", at: 300) == ["sent_total 240"])
        #expect(try await lines("sent_total smoothed", at: -1) == [])
    }

    @Test("Changes are counted from the last sample at or before the start, if something was measured after it")
    func changes() async throws {
        #expect(try await lines("changes(depth[1m])", at: 60) == ["{} 0"])
        #expect(try await lines("changes(depth[1m] anchored)", at: 60) == ["{} 1"])
        #expect(try await lines("resets(depth[1m] anchored)", at: 240) == ["{} 1"])
        #expect(try await lines("changes(depth[1m] anchored)", at: 180) == [])
    }

    @Test("A bare range begins and ends at its ends")
    func bareRange() async throws {
        #expect(try await lines("sent_total[1m] smoothed", at: 150) == ["sent_total 90@90 120@120 150@150"])
    }

    @Test(
        "Functions that know nothing of the ends refuse them, whether or not there are samples",
        arguments: [
            (
                "deriv(nothing[1m] anchored)",
                "anchored modifier can only be used with: changes, delta, increase, rate, resets - not with deriv"
            ),
            ("changes(nothing[1m] smoothed)", "smoothed modifier can only be used with: delta, increase, rate - not with changes"),
            (
                "absent_over_time((nothing[1m] smoothed))",
                "smoothed modifier can only be used with: delta, increase, rate - not with absent_over_time"
            ),
        ])
    func refused(text: String, reason: String) async throws {
        #expect(try await lines(text, at: 60) == ["execution: \(reason)"])
    }

    @Test("Between a number and a histogram there is no line, and a warning says so")
    func mixed() async throws {
        let engine = QueryEngine(samples: try HistogramSamples([(["__name__": "age"], ["1", "{{count:6 sum:8 buckets:[6]}}"])]))
        #expect(try await engine.lines("age smoothed", at: .seconds(30), allowingExperimental: true) == [])
        #expect(
            try await engine.notes("age smoothed", at: .seconds(30), allowingExperimental: true) == [
                "PromQL warning: encountered a mix of histograms and floats for metric name \"age\" (1:1)"
            ])
        #expect(try await engine.lines("age smoothed", at: .zero, allowingExperimental: true) == ["age 1"])
        #expect(
            try await engine.lines("age smoothed", at: .seconds(90), allowingExperimental: true)
                == ["age {{count:6 sum:8 buckets:[6]}}"])
    }

    @Test("Native histograms are interpolated like numbers")
    func histograms() async throws {
        let engine = QueryEngine(
            samples: try HistogramSamples([(["__name__": "age"], ["{{count:2 sum:4 buckets:[2]}}", "{{count:6 sum:8 buckets:[6]}}"])]))
        #expect(
            try await engine.lines("increase(age[30s] smoothed)", at: .seconds(45), allowingExperimental: true)
                == ["{} {{count:2 sum:2 counter_reset_hint:gauge buckets:[2]}}"])
        #expect(
            try await engine.lines("histogram_count(age smoothed)", at: .seconds(30), allowingExperimental: true) == ["{} 4"])
    }
}
