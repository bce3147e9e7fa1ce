import Collectors
import ExpositionFormat
import PostwatchModel
import Testing

@testable import PostwatchApp

@Suite("What an agent shows of its measurements")
struct MetricFamilyTests {
    @Test("keeps the names that services have, with _total or without")
    func names() {
        let text = text([
            Collectors.Measurement("a_total", .counter, help: "", points: [.init(value: 1)]),
            Collectors.Measurement("b", .counter, help: "", points: [.init(value: 2)]),
            Collectors.Measurement("c_total", .gauge, help: "", points: [.init(value: 3)]),
        ])
        #expect(
            text == """
                # TYPE a counter
                a_total{instance="n"} 1
                # TYPE b unknown
                b{instance="n"} 2
                # TYPE c_total gauge
                c_total{instance="n"} 3
                # EOF

                """)
    }

    @Test("counts nothing where a histogram's count is no count", arguments: [Double.nan, .infinity, -1, 1e300])
    func oddCounts(value: Double) {
        let text = text([
            Collectors.Measurement(
                "h", .histogram, help: "",
                points: [
                    .init(suffix: "_bucket", labels: ["le": "1"], value: value), .init(suffix: "_count", value: value),
                    .init(suffix: "_sum", value: value),
                ])
        ])
        #expect(text.contains("h_bucket{instance=\"n\",le=\"1.0\"} 0\n"), "\(text)")
        #expect(text.contains("h_count{instance=\"n\"} 0\n"), "\(text)")
    }

    private func text(_ measurements: [Collectors.Measurement]) -> String {
        OpenMetricsText.write(measurements.map { MetricFamily($0, labels: ["instance": "n"]) })
    }
}
