import PostwatchModel
import PromQL
import Testing

@testable import HTTPAPI

@Suite("PrometheusJSON")
struct PrometheusJSONTests {
    private func text(_ write: (inout PrometheusJSON) -> Void) -> String {
        var json = PrometheusJSON()
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test(
        "values are written as Prometheus writes them: the shortest text, with an exponent for the very small and the very large",
        arguments: [
            (0, "0"), (-0.0, "-0"), (1, "1"), (1.5, "1.5"), (-2.25, "-2.25"), (1e15, "1000000000000000"), (12, "12"), (-10, "-10"),
            (9_007_199_254_740_993, "9007199254740992"), (1e20, "100000000000000000000"), (1e21, "1e+21"), (-1.5e300, "-1.5e+300"),
            (123_456_789_012_345_680_000, "123456789012345680000"), (0.000001, "0.000001"), (1.25e-6, "0.00000125"),
            (9.99e-7, "9.99e-07"), (1e-7, "1e-07"), (-1.25e-7, "-1.25e-07"), (0.0001, "0.0001"), (-0.00012, "-0.00012"),
            (123_456_789.125, "123456789.125"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
            (1.7976931348623157e308, "1.7976931348623157e+308"), (5e-324, "5e-324"),
        ] as [(Double, String)])
    func values(value: Double, text: String) {
        #expect(self.text { $0.answer(value) } == "\"\(text)\"")
    }

    @Test("every value reads back as itself", arguments: 0..<2000)
    func roundTrip(seed: UInt64) {
        let bits = seed &* 0x9E37_79B9_7F4A_7C15
        for value in [
            Double(bitPattern: bits), Double(Int64(bitPattern: bits) >> Int64(seed % 64)), Double(bits) / 1e17, Double(seed) / 1e8,
        ] {
            guard value.isFinite else { continue }
            #expect(Double(text { $0.number(value) }) == value)
        }
    }

    @Test(
        "times are seconds with up to three digits",
        arguments: [(0, "0"), (1000, "1"), (1500, "1.500"), (1_435_781_451_007, "1435781451.007"), (-1500, "-1.500"), (-7, "-0.007")]
            as [(Int64, String)])
    func times(milliseconds: Int64, text: String) {
        #expect(self.text { $0.time(milliseconds) } == text)
    }

    @Test("the first and the last moment there is can be written")
    func extremeTimes() {
        #expect(text { $0.time(.min) } == "-9223372036854775.808")
        #expect(text { $0.time(.max) } == "9223372036854775.807")
    }

    @Test("what cannot stand in a text is escaped")
    func escapes() {
        #expect(text { $0.string("a\"\\\n\r\t\u{1}\u{1f}ä\u{1F600}") } == #""a\"\\\n\r\t\u0001\u001fä"# + "\u{1F600}\"")
    }

    @Test("objects and lists have commas between their parts and nowhere else")
    func structure() {
        let text = text { json in
            json.object { json in
                json.member("a") { $0.list([[1, 2], [], [3]]) { $0.list($1) { $0.integer($1) } } }
                json.member("b") { $0.object { _ in } }
                json.member("c") { $0.labels(["x": "1", "y": "2"]) }
                json.member("d") { $0.texts(["q": "2", "p": "1"]) }
                json.member("e", true)
            }
        }
        #expect(text == #"{"a":[[1,2],[],[3]],"b":{},"c":{"x":"1","y":"2"},"d":{"p":"1","q":"2"},"e":true}"#)
    }

    @Test("a series has its labels, its samples, and its histograms beside them")
    func series() {
        let series = SeriesColumns(labels: ["a": "b"], timestamps: [1000, 2000], values: [1, 2.5])
        #expect(text { $0.series(series) } == #"{"metric":{"a":"b"},"values":[[1,"1"],[2,"2.5"]]}"#)
        let histogram = NativeHistogram(
            schema: 0, zeroThreshold: 0.001, zeroCount: 1, count: 4, sum: 5.5, positiveSpans: [.init(offset: 1, length: 2)],
            positiveBuckets: [1, 2])
        let mixed = SeriesColumns(
            labels: ["a": "b"], timestamps: [1000], values: [1], histograms: [HistogramPoint(timestamp: 2500, histogram: histogram)])
        #expect(
            text { $0.series(mixed) }
                == #"{"metric":{"a":"b"},"values":[[1,"1"]],"histograms":[[2.500,{"count":"4","sum":"5.5","#
                + #""buckets":[[3,"-0.001","0.001","1"],[0,"1","2","1"],[0,"2","4","2"]]}]]}"#)
        let alone = SeriesColumns(labels: [:], histograms: [HistogramPoint(timestamp: 0, histogram: NativeHistogram())])
        #expect(text { $0.series(alone) } == #"{"metric":{},"histograms":[[0,{"count":"0","sum":"0"}]]}"#)
    }
}
