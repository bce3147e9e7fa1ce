import PostwatchModel
import PromQL
import Testing

@Suite("QueryEngine")
struct QueryEngineTests {
    private static let stale = Sample.staleMarker
    private static let requests = LoadedSamples(
        every: .seconds(60),
        [
            (["__name__": "requests_total", "job": "api", "instance": "0"], (0...10).map { Double($0) * 60 }),
            (["__name__": "requests_total", "job": "api", "instance": "1"], (0...10).map { Double($0) * 120 }),
            (["__name__": "requests_total", "job": "web", "instance": "0"], [0, 60, 120, 30, 90, 150, 210, 270, 330, 390, 450]),
            (["__name__": "limit", "job": "api"], Array(repeating: 1000, count: 11)),
            (["__name__": "temperature", "room": "a"], [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]),
            (["__name__": "gone"], [1, 1, 1, stale]),
        ])
    private let engine = QueryEngine(samples: requests)

    private static let workedByHand: [(text: String, expected: [String])] = [
        ("2 + 3 * 4 ^ 2 % 5", ["5"]), ("-2 ^ 2", ["-4"]), ("\"text\"", ["\"text\""]), ("time()", ["600"]),
        ("limit", ["limit{job=\"api\"} 1000"]), ("gone", []), ("gone offset 8m", ["gone 1"]),
        ("temperature @ 120", ["temperature{room=\"a\"} 22"]), ("temperature offset 2m @ end()", ["temperature{room=\"a\"} 28"]),
        // Left-open: of [2m] at minute 10 only the samples of minutes 9 and 10 count.
        ("count_over_time(temperature[2m])", ["{room=\"a\"} 2"]), ("temperature[2m]", ["temperature{room=\"a\"} 29@540 30@600"]),
        // 60 per minute, 120 per minute; the reset of "web" at minute 3 counts as a rise from 0.
        (
            "rate(requests_total[5m])",
            ["{instance=\"0\", job=\"api\"} 1", "{instance=\"0\", job=\"web\"} 1", "{instance=\"1\", job=\"api\"} 2"]
        ),
        ("increase(requests_total{job=\"web\"}[10m] offset 0s)", ["{instance=\"0\", job=\"web\"} 566.6666666666667"]),
        ("irate(requests_total{job=\"api\", instance=\"1\"}[5m])", ["{instance=\"1\", job=\"api\"} 2"]),
        ("delta(temperature[10m])", ["{room=\"a\"} 10"]), ("idelta(temperature[10m])", ["{room=\"a\"} 1"]),
        ("deriv(temperature[10m]) * 60", ["{room=\"a\"} 1"]), ("predict_linear(temperature[10m], 600)", ["{room=\"a\"} 40"]),
        ("resets(requests_total{job=\"web\"}[10m])", ["{instance=\"0\", job=\"web\"} 1"]),
        ("changes(limit[10m])", ["{job=\"api\"} 0"]),
        ("sum by (job) (requests_total)", ["{job=\"api\"} 1800", "{job=\"web\"} 450"]),
        ("avg without (instance) (requests_total)", ["{job=\"api\"} 900", "{job=\"web\"} 450"]),
        ("count(requests_total)", ["{} 3"]), ("stddev(requests_total{job=\"api\"})", ["{} 300"]),
        ("stdvar(requests_total{job=\"api\"})", ["{} 90000"]), ("quantile(0.5, requests_total)", ["{} 600"]),
        ("count_values(\"n\", limit)", ["{n=\"1000\"} 1"]), ("group(requests_total)", ["{} 1"]),
        ("topk(1, requests_total)", ["requests_total{instance=\"1\", job=\"api\"} 1200"]),
        ("bottomk(1, requests_total)", ["requests_total{instance=\"0\", job=\"web\"} 450"]),
        ("requests_total > 500 < 1000", ["requests_total{instance=\"0\", job=\"api\"} 600"]),
        ("limit > bool 2000", ["{job=\"api\"} 0"]),
        (
            "requests_total / on(job) group_left limit",
            ["{instance=\"0\", job=\"api\"} 0.6", "{instance=\"1\", job=\"api\"} 1.2"]
        ),
        // The same selector at two times far apart.
        ("sum(temperature @ 0) * on () group_right () max_over_time(temperature[90s])", ["{room=\"a\"} 600"]),
        // Several elements of which none is met are no fault.
        ("nothing + on () requests_total", []), ("requests_total + on () group_left () nothing", []),
        ("limit - ignoring(instance) requests_total{instance=\"0\"}", ["{job=\"api\"} 400"]),
        ("limit and on(job) requests_total", ["limit{job=\"api\"} 1000"]), ("limit unless on(job) requests_total", []),
        ("limit or on() temperature", ["limit{job=\"api\"} 1000"]),
        ("absent(nothing{a=\"b\", c=~\"d\"})", ["{a=\"b\"} 1"]), ("absent(limit)", []), ("scalar(limit) + 1", ["1001"]),
        ("absent_over_time(gone[1m])", ["{} 1"]), ("vector(1)", ["{} 1"]), ("timestamp(limit offset 90s)", ["{job=\"api\"} 480"]),
        ("clamp(temperature, 0, 25)", ["{room=\"a\"} 25"]), ("round(temperature / 7, 0.1)", ["{room=\"a\"} 4.3"]),
        (
            "label_replace(limit, \"to\", \"${2}-$1\", \"job\", \"(.)(.*)\")",
            ["limit{job=\"api\", to=\"pi-a\"} 1000"]
        ),
        ("label_join(limit, \"to\", \"/\", \"job\", \"job\")", ["limit{job=\"api\", to=\"api/api\"} 1000"]),
        ("max_over_time(temperature[10m:5m])", ["{room=\"a\"} 30"]), ("sum_over_time(temperature[3m:1m])", ["{room=\"a\"} 87"]),
        ("last_over_time(gone[1h])", ["gone 1"]), ("quantile_over_time(0.5, temperature[3m])", ["{room=\"a\"} 29"]),
        ("stddev_over_time(temperature[2m])", ["{room=\"a\"} 0.5"]), ("hour()", ["{} 0"]), ("minute()", ["{} 10"]),
        ("year(vector(1709208000))", ["{} 2024"]), ("day_of_month(vector(1709208000))", ["{} 29"]),
        ("day_of_week(vector(1709208000))", ["{} 4"]), ("days_in_month(vector(1709208000))", ["{} 29"]),
        ("day_of_year(vector(1709208000))", ["{} 60"]), ("month(vector(-1))", ["{} 12"]),
    ]

    @Test("Instant queries give what can be worked out by hand", arguments: workedByHand)
    func instant(text: String, expected: [String]) async throws {
        #expect(try await engine.lines(text, at: .seconds(600)) == expected)
    }

    @Test("sort and sort_desc order the answer")
    func sorts() async throws {
        let up = try await engine.lines("sort(requests_total)", at: .seconds(600), isOrdered: true)
        let down = try await engine.lines("sort_desc(requests_total)", at: .seconds(600), isOrdered: true)
        #expect(up.map { $0.split(separator: " ").last } == ["450", "600", "1200"])
        #expect(down == up.reversed())
    }

    @Test(
        "What the data do not allow fails as an execution",
        arguments: [
            (
                "limit * on(job) requests_total",
                "execution: found duplicate series for the match group {job=\"api\"} on the right hand-side of the operation: "
            ),
            (
                "requests_total * on(job) limit",
                "execution: multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
            ),
            ("rate({__name__=~\"limit|temperature\", job=\"\"}[5m]) + 0", "{room=\"a\"} "),
            (
                "-label_replace(requests_total, \"instance\", \"x\", \"\", \"\")",
                "execution: vector cannot contain metrics with the same labelset"
            ),
            ("topk(NaN, limit)", "execution: Parameter value is NaN"),
        ])
    func failures(text: String, prefix: String) async throws {
        let lines = try await engine.lines(text, at: .seconds(600))
        #expect(lines.count == 1 && lines[0].hasPrefix(prefix), "\(lines)")
    }

    @Test("A classic histogram's quantile is linear inside its bucket")
    func histogramQuantile() async throws {
        let counts: [(bound: String, count: Double)] = [("0.1", 10), ("0.5", 30), ("1", 40), ("+Inf", 40)]
        let buckets = counts.map { bound, count -> (LabelSet, [Double?]) in
            (["__name__": "age_bucket", "le": bound, "queue": "active"], [count])
        }
        let engine = QueryEngine(samples: LoadedSamples(every: .seconds(60), buckets))
        // Rank 20 of 40 is halfway through the 20 observations between 0.1 and 0.5.
        #expect(try await engine.lines("round(histogram_quantile(0.5, age_bucket), 0.001)", at: .zero) == ["{queue=\"active\"} 0.3"])
        #expect(try await engine.lines("histogram_quantile(1, age_bucket)", at: .zero) == ["{queue=\"active\"} 1"])
        #expect(try await engine.lines("histogram_quantile(0.5, age_bucket{le!=\"+Inf\"})", at: .zero) == ["{queue=\"active\"} NaN"])
    }

    @Test("A range query evaluates every step, with windows that slide")
    func range() async throws {
        #expect(
            try await engine.rangeLines("temperature", from: .zero, through: .seconds(180), step: .seconds(60))
                == ["temperature{room=\"a\"} 20@0 21@60 22@120 23@180"])
        #expect(
            try await engine.rangeLines("sum_over_time(temperature[2m])", from: .zero, through: .seconds(180), step: .seconds(60))
                == ["{room=\"a\"} 20@0 41@60 43@120 45@180"])
        #expect(
            try await engine.rangeLines("gone", from: .seconds(120), through: .seconds(240), step: .seconds(60)) == ["gone 1@120"])
        #expect(try await engine.rangeLines("1", from: .zero, through: .seconds(10), step: .seconds(10)) == ["{} 1@0 1@10"])
        #expect(
            try await engine.rangeLines("temperature @ start() - temperature", from: .zero, through: .seconds(60), step: .seconds(60))
                == ["{room=\"a\"} 0@0 -1@60"])
    }

    @Test("A range query gives at each step what an instant query gives there")
    func rangeAgreesWithInstant() async throws {
        let queries = [
            "rate(requests_total[3m])", "sum by (job) (requests_total) / 2", "topk(1, requests_total)",
            "max_over_time(temperature[4m:90s] offset 30s)",
            "requests_total / on(job) group_left limit", "requests_total > 100 unless temperature", "absent(gone)", "gone or vector(0)",
        ]
        for text in queries {
            let query = try PromQLQuery(text)
            let end = Timestamp(milliseconds: 600_000)
            let result = try await engine.range(query, from: Timestamp(milliseconds: 0), through: end, step: .seconds(30))
            guard case .matrix(let series) = result else { throw QueryFailure.badRequest("no matrix") }
            for time in stride(from: Int64(0), through: 600_000, by: 30_000) {
                let instant = try await engine.instant(query, at: Timestamp(milliseconds: time))
                let expected = (instant.elements ?? []).map { "\($0.labels) \($0.value)" }.sorted()
                let found = series.compactMap { columns in
                    columns.timestamps.firstIndex(of: time).map { "\(columns.labels) \(columns.values[$0])" }
                }
                #expect(found.sorted() == expected, "\(text) at \(time)")
            }
        }
    }

    @Test("A selection is read once however often it appears, and no farther than needed")
    func readsOnce() async throws {
        let samples = LoadedSamples(every: .seconds(60), [(["__name__": "a"], [1, 2, 3])])
        let engine = QueryEngine(samples: samples)
        _ = try await engine.lines("a + a + rate(a[10m]) + avg_over_time(a[2m] offset 1d)", at: .seconds(120))
        let name = [LabelMatcher("__name__", equals: "a")]
        let day: Int64 = 86_400_000
        let recent = LoadedSamples.Selection(matchers: name, start: -479_999, end: 120_000)
        let yesterday = LoadedSamples.Selection(matchers: name, start: 1 - day, end: 120_000 - day)
        #expect(Set(samples.selections) == [recent, yesterday])
        #expect(samples.selections.count == 2)
    }

    @Test("Limits and wrong questions are refused")
    func refuses() async throws {
        let small = QueryEngine(samples: Self.requests, limits: QueryLimits(maximumPoints: 10, maximumSamples: 20))
        #expect(
            try await small.rangeLines("1", from: .zero, through: .seconds(10), step: .seconds(1))[0].hasPrefix(
                "bad_data: exceeded maximum"))
        #expect(try await small.rangeLines("1", from: .zero, through: .seconds(9), step: .seconds(1)).count == 1)
        #expect(
            try await small.lines("requests_total[1h]", at: .seconds(600))[0].hasPrefix("execution: query processing would load too many"))
        #expect(try await engine.rangeLines("1", from: .zero, through: .seconds(9), step: .zero)[0].hasPrefix("bad_data: zero or negative"))
        #expect(
            try await engine.rangeLines("1", from: .seconds(9), through: .zero, step: .seconds(1))[0].hasPrefix("bad_data: end timestamp"))
        #expect(
            try await engine.rangeLines("limit[5m]", from: .zero, through: .zero, step: .seconds(1))[0].hasPrefix(
                "bad_data: invalid expression"))
    }

    @Test(
        "No moment and no duration leaves the range of times",
        arguments: [
            "a", "rate(a[1y])", "a offset -1y", "a offset 292y", "max_over_time(a[200y:100y] offset -200y)",
            "max_over_time(vector(1)[1h:1m])",
            "a @ 2251799813685 offset -292y", "a @ -2251799813685 offset 292y", "rate(a[292y] @ -2251799813685 offset 292y)",
            "max_over_time(max_over_time(a[292y:290y] offset 292y)[292y:290y] offset 292y)", "timestamp(a)", "time()",
        ])
    func extremeTimes(text: String) async throws {
        let limit: Int64 = (1 << 51) / 1000
        let moments: [Int64] = [.min / 1000, -limit, -limit / 2, 0, limit / 2, limit, .max / 1000]
        for seconds in moments {
            let moment = Duration.seconds(seconds)
            let answer = try await engine.lines(text, at: moment)
            let isBeyond = abs(seconds) > limit
            #expect(answer.contains { $0.hasPrefix("bad_data: the time") } == isBeyond, "\(seconds): \(answer)")
            let range = try await engine.rangeLines(text, from: moment, through: moment, step: .seconds(15))
            #expect(range.contains { $0.hasPrefix("bad_data: the time") } == isBeyond, "\(seconds): \(range)")
        }
    }
}
