import PostwatchModel
import PromQL
import Testing

@testable import HTTPAPI

@Suite("PrometheusJSON")
struct PrometheusJSONTests {
    @Test(
        "numbers are written as Prometheus writes them: the shortest text, never with an exponent",
        arguments: [
            (0, "0"), (-0.0, "-0"), (1, "1"), (1.5, "1.5"), (-2.25, "-2.25"), (1e15, "1000000000000000"), (1e21, "1000000000000000000000"),
            (1.25e-7, "0.000000125"), (123_456_789.125, "123456789.125"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
            (1.7976931348623157e308, "17976931348623157" + String(repeating: "0", count: 292)),
            (5e-324, "0." + String(repeating: "0", count: 323) + "5"),
        ] as [(Double, String)])
    func numbers(value: Double, text: String) {
        #expect(value.prometheusText == text)
    }

    @Test("every number reads back as itself", arguments: 0..<500)
    func roundTrip(seed: UInt64) {
        let value = Double(bitPattern: seed &* 0x9E37_79B9_7F4A_7C15)
        guard value.isFinite else { return }
        #expect(Double(value.prometheusText) == value)
    }

    @Test("a vector has labels, time in seconds with milliseconds, and the value as text")
    func vector() {
        let element = VectorElement(
            labels: ["__name__": "up", "path": "a\"\\\n\u{1}"], timestamp: Timestamp(milliseconds: 1_435_781_451_007), value: 1)
        let text = PrometheusJSON.success { $0.result(.vector([element])) }
        #expect(
            text
                == #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","path":"a\"\\\n\u0001"},"value":[1435781451.007,"1"]}]}}"#
        )
    }

    @Test("scalars and matrices have their own shapes")
    func others() {
        #expect(
            PrometheusJSON.success { $0.result(.scalar(2, at: Timestamp(milliseconds: -1500))) }
                == #"{"status":"success","data":{"resultType":"scalar","result":[-1.500,"2"]}}"#)
        let series = SeriesColumns(labels: ["a": "b"], timestamps: [1000, 2000], values: [1, 2.5])
        #expect(
            PrometheusJSON.success { $0.result(.matrix([series])) }
                == #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"b"},"values":[[1,"1"],[2,"2.5"]]}]}}"#)
    }
}
