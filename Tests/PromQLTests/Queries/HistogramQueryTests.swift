import PostwatchModel
import PromQL
import Testing

@Suite("Histograms in queries")
struct HistogramQueryTests {
    private static let native = "{{count:4 sum:6 buckets:[1 2 1]}}"

    private func engine(_ series: [(LabelSet, [String])]) throws -> QueryEngine {
        QueryEngine(samples: try HistogramSamples(series))
    }

    @Test("A histogram that is there as buckets and as native histogram is left out, with a warning")
    func mixed() async throws {
        let engine = try engine([
            (["__name__": "age"], [Self.native, "_"]), (["__name__": "age", "le": "1"], ["2", "2"]),
            (["__name__": "age", "le": "+Inf"], ["4", "4"]), (["__name__": "age", "queue": "hold"], [Self.native, Self.native]),
        ])
        #expect(try await engine.lines("histogram_quantile(1, age)", at: .zero) == ["{queue=\"hold\"} 4"])
        #expect(
            try await engine.notes("histogram_quantile(1, age)", at: .zero) == [
                "PromQL warning: vector contains a mix of classic and native histograms for metric name \"age\" (1:23)"
            ])
    }

    @Test("Buckets that had to be lifted are told of once, with how far and when")
    func monotonicity() async throws {
        let buckets: [(LabelSet, [String])] = [("0.1", "2"), ("1", "1"), ("10", "5"), ("+Inf", "4")].map { bound, count in
            (["__name__": "age_bucket", "le": bound], [count, count])
        }
        let query = try PromQLQuery("histogram_quantile(0.5, age_bucket)")
        let epoch = Timestamp(milliseconds: 0)
        let answer = try await engine(buckets).rangeAnswer(query, from: epoch, through: epoch + .seconds(60), step: .seconds(60))
        #expect(
            answer.infos == [
                "PromQL info: input to histogram_quantile needed to be fixed for monotonicity "
                    + "(see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile) "
                    + "for metric name \"age_bucket\", from buckets 1 to +Inf, with a max diff of 1, over 2 samples "
                    + "from 1970-01-01T00:00:00Z to 1970-01-01T00:01:00Z (1:25)"
            ])
    }

    @Test("Histograms of two metrics with the same labels are an error, not one histogram")
    func sameLabels() async throws {
        let buckets: [(LabelSet, [String])] = ["a_bucket", "b_bucket"].flatMap { name in
            ["1", "+Inf"].map { (LabelSet(metric: name, ["le": $0]), ["1"]) }
        }
        #expect(
            try await engine(buckets).lines("histogram_quantile(0.5, {__name__=~\"._bucket\"})", at: .zero) == [
                "execution: vector cannot contain metrics with the same labelset"
            ])
    }

    @Test("Several quantiles at once stand in a label, as OpenMetrics writes numbers")
    func quantiles() async throws {
        let engine = try engine([(["__name__": "age"], [Self.native])])
        #expect(
            try await engine.lines("histogram_quantiles(age, \"q\", 0, 0.25, 1)", at: .zero, allowingExperimental: true) == [
                "{q=\"0.0\"} 0.5", "{q=\"0.25\"} 1", "{q=\"1.0\"} 4",
            ])
    }

    @Test("Notes point to what they speak of")
    func places() async throws {
        let engine = try engine([
            (["__name__": "age", "n": "1"], [Self.native]), (["__name__": "age", "n": "2"], ["1"]), (["__name__": "depth"], ["1", "2"]),
        ])
        #expect(
            try await engine.notes("1 +\n sum(age)", at: .zero) == [
                "PromQL warning: encountered a mix of histograms and floats for aggregation (2:6)"
            ])
        #expect(
            try await engine.notes("topk(1, age)", at: .zero) == ["PromQL info: ignored histogram in topk aggregation (1:1)"])
        #expect(
            try await engine.notes("2 ^ (age + 1)", at: .zero) == [
                "PromQL info: incompatible sample types encountered for binary operator \"+\": histogram + float (1:6)"
            ])
        #expect(
            try await engine.notes("rate(depth[5m])", at: .seconds(60)) == [
                "PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"depth\" (1:6)"
            ])
        #expect(try await engine.notes("rate(depth[30s])", at: .seconds(60)) == [], "nothing came of it")
    }

    @Test("Of very many notes the first ten are told, and how many there are more")
    func manyNotes() async throws {
        let series = (10..<23).map { (LabelSet(metric: "depth\($0)"), ["1", "2"]) }
        let notes = try await engine(series).notes("count(rate({__name__=~\"depth.*\"}[5m]))", at: .seconds(60), allowingExperimental: true)
        #expect(notes.count == 11)
        #expect(notes.last == "3 more info annotations omitted")
    }
}
