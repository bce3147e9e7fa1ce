import PostwatchModel
import Testing

@testable import Collectors

@Suite("A measurement")
struct MeasurementTests {
    @Test("becomes samples with the agent's labels laid over its own")
    func samples() {
        let measurement = Measurement(
            "node_network_receive_bytes_total", .counter, help: "Bytes.",
            points: [.init(labels: ["device": "eth0", "instance": "mine"], value: 3)])
        let moment = Timestamp(milliseconds: 5)
        #expect(
            measurement.samples(at: moment, with: ["component": "mx", "instance": "mx-1"]) == [
                Sample(
                    labels: LabelSet(
                        metric: "node_network_receive_bytes_total", ["device": "eth0", "component": "mx", "instance": "mx-1"]),
                    timestamp: moment, value: 3)
            ])
    }

    @Test(
        "is called in OpenMetrics text without a counter's _total",
        arguments: [("a_total", Measurement.Kind.counter, "a"), ("a", .counter, "a"), ("a_total", .gauge, "a_total")])
    func familyName(name: String, kind: Measurement.Kind, family: String) {
        #expect(Measurement(name, kind, help: "", value: 0).familyName == family)
    }

    @Test("joins others of its name, so that each metric is one family")
    func merging() {
        let a1 = Measurement("a", .gauge, help: "", points: [.init(labels: ["x": "1"], value: 1)])
        let a2 = Measurement("a", .gauge, help: "", points: [.init(labels: ["x": "2"], value: 2)])
        let b = Measurement("b", .gauge, help: "", value: 3)
        let merged = Measurement.merged([a1, b, a2])
        #expect(merged.map(\.name) == ["a", "b"])
        #expect(merged[0].points.map(\.value) == [1, 2])
    }

    @Test("as a histogram has cumulative buckets, a sum and a count")
    func histogram() {
        var histogram = Histogram(bounds: [1, 10])
        for value in [1.0, 5, 10, 11] { histogram.record(value) }
        let points = histogram.points(labels: ["q": "a"])
        #expect(points.map(\.suffix) == ["_bucket", "_bucket", "_bucket", "_sum", "_count"])
        #expect(points.map { $0.labels["le"] } == ["1", "10", "+Inf", nil, nil])
        #expect(points.map(\.value) == [1, 3, 4, 27, 4])
        #expect(points.allSatisfy { $0.labels["q"] == "a" })
    }
}
