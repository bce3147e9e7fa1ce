import Foundation
import PostwatchModel
import Testing

@testable import PromQL

@Suite("Text forms of native histograms")
struct HistogramTextTests {
    @Test("The notation of test scripts is read field by field")
    func reading() throws {
        let read = try histogram(
            "{{ schema:2 sum:-0x10 count:1_0.5 z_bucket:2 z_bucket_w:0.001 buckets:[1 0 -2 ] offset:-3 n_buckets:[NaN +Inf] n_offset:1 counter_reset_hint:not_reset }}"
        )
        #expect(read.schema == 2 && read.sum == -16 && read.count == 10.5 && read.zeroCount == 2 && read.zeroThreshold == 0.001)
        #expect(read.positiveSpans == [.init(offset: -3, length: 3)] && read.positiveBuckets == [1, 0, -2])
        #expect(read.negativeSpans == [.init(offset: 1, length: 2)] && read.negativeBuckets[1] == .infinity)
        #expect(read.counterReset == .notReset)
        #expect(try histogram("{{}}") == NativeHistogram())
        #expect(try histogram("{{schema:-53 custom_values:[5 10]}}").customBounds == [5, 10])
        var sequence = "{{count:1}}x3 5"[...]
        #expect(try HistogramNotation.read(from: &sequence).count == 1)
        #expect(sequence == "x3 5")
    }

    @Test(
        "What is wrong with a notation is told with its place",
        arguments: [
            ("", "histogram, character 1: expected {{"), ("{{count:1", "histogram, character 10: expected }}"),
            ("{{count 1}}", "histogram, character 8: expected : after count"), ("{{count:x}}", "histogram, character 9: expected a number"),
            ("{{count:1 count:2}}", "histogram, character 11: count is given twice"),
            ("{{kount:1}}", "histogram, character 3: kount is no field of a histogram"),
            ("{{buckets:1}}", "histogram, character 11: expected ["), ("{{buckets:[1}}", "histogram, character 13: expected a number"),
            ("{{schema:1.5}}", "histogram, character 11: expected the name of a field or }}"),
            ("{{schema:99999999999}}", "histogram, character 10: expected a whole number"),
            ("{{counter_reset_hint:no}}", "histogram, character 22: expected unknown, reset, not_reset or gauge"),
            ("{{count:1}} ", "histogram, character 12: expected the end"),
        ])
    func faults(text: String, description: String) {
        let fault = #expect(throws: HistogramNotation.Fault.self) { try histogram(text) }
        #expect(fault?.description == description)
    }

    @Test(
        "The notation is written with the fields that are not at their default",
        arguments: [
            "{{}}", "{{schema:1 count:10 sum:15 buckets:[3 2 5 7 9]}}",
            "{{count:20 sum:10 z_bucket:2 z_bucket_w:0.001 buckets:[1 2] n_buckets:[1 2]}}",
            "{{schema:-53 count:3 sum:3 custom_values:[5 10] counter_reset_hint:gauge buckets:[3]}}",
            "{{schema:2 count:4 sum:10 offset:-1 buckets:[1 0 0 0 1 0 0 1 1] n_offset:3 n_buckets:[2.5]}}", "{{sum:NaN}}",
            "{{count:1e+06 sum:1.5e-05 counter_reset_hint:reset}}",
        ])
    func writing(notation: String) throws {
        #expect(try histogram(notation).notation == notation)
    }

    @Test("What is written reads back as the same", arguments: UInt64(1)...200)
    func roundTrip(seed: UInt64) throws {
        var generator = HistogramGenerator(seed: seed)
        for each in [generator.exponential(), generator.custom()] {
            #expect(try histogram(each.notation).compacted() == each.compacted())
        }
    }

    @Test("Buckets too far apart for a list are written as text, and quickly")
    func farApart() {
        let spans = [NativeHistogram.Span(offset: .min, length: 1), NativeHistogram.Span(offset: .max, length: 1)]
        let histogram = NativeHistogram(count: 2, positiveSpans: spans, positiveBuckets: [1, 1])
        #expect(histogram.notation == histogram.text)
    }

    @Test("Reading never fails otherwise than by a fault", arguments: UInt64(1)...300)
    func garbage(seed: UInt64) {
        var generator = HistogramGenerator(seed: seed)
        var text = generator.exponential().notation
        for _ in 0..<generator.integer(in: 1...5) where !text.isEmpty {
            let place = text.index(text.startIndex, offsetBy: generator.integer(in: 0...(text.count - 1)))
            let characters = Array("{}[]:x-1 e\u{e9}_")
            text.replaceSubrange(place...place, with: String(characters[generator.integer(in: 0...(characters.count - 1))]))
        }
        if let read = try? histogram(text) { #expect(!read.notation.isEmpty && !HistogramAnswer(read).count.isEmpty) }
    }

    @Test("People read the filled buckets from the lowest to the highest")
    func text() throws {
        let read = try histogram("{{schema:0 sum:10 count:20 z_bucket_w:0.001 z_bucket:2 buckets:[1 2] n_buckets:[1 2]}}")
        #expect(read.text == "{count:20, sum:10, [-2,-1):2, [-1,-0.5):1, [-0.001,0.001]:2, (0.5,1]:1, (1,2]:2}")
        #expect(NativeHistogram().text == "{count:0, sum:0}")
    }

    @Test("The answer lists count, sum and the filled buckets with the rule of their bounds")
    func answer() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        func json(_ notation: String) throws -> String {
            String(decoding: try encoder.encode(HistogramAnswer(try histogram(notation))), as: UTF8.self)
        }
        #expect(
            try json("{{sum:-1.5 count:5 z_bucket:1 z_bucket_w:0.001 buckets:[1 0 2] n_buckets:[1]}}")
                == #"{"buckets":[[1,"-1","-0.5","1"],[3,"-0.001","0.001","1"],[0,"0.5","1","1"],[0,"2","4","2"]],"count":"5","sum":"-1.5"}"#
        )
        #expect(
            try json("{{schema:-53 count:3 sum:Inf custom_values:[5 10] buckets:[1 1 1]}}")
                == #"{"buckets":[[3,"-Inf","5","1"],[0,"5","10","1"],[0,"10","+Inf","1"]],"count":"3","sum":"+Inf"}"#)
        #expect(try json("{{count:1e21 sum:1e-7}}") == #"{"count":"1e+21","sum":"1e-07"}"#)
    }

    @Test(
        "Numbers are written as Go's %g and as the HTTP API writes them",
        arguments: [
            (0.0, "0", "0"), (-0.0, "-0", "-0"), (1, "1", "1"), (0.1, "0.1", "0.1"), (123456, "123456", "123456"),
            (1_234_567, "1.234567e+06", "1234567"), (0.0001, "0.0001", "0.0001"), (0.00001, "1e-05", "0.00001"), (1e-7, "1e-07", "1e-07"),
            (-2.5e-10, "-2.5e-10", "-2.5e-10"), (1e20, "1e+20", "100000000000000000000"), (1e100, "1e+100", "1e+100"),
            (1.7976931348623157e308, "1.7976931348623157e+308", "1.7976931348623157e+308"), (.leastNonzeroMagnitude, "5e-324", "5e-324"),
            (.nan, "NaN", "NaN"), (.infinity, "+Inf", "+Inf"), (-.infinity, "-Inf", "-Inf"), (100, "100", "100"), (12.5, "12.5", "12.5"),
        ])
    func numbers(number: Double, general: String, answer: String) {
        #expect(number.generalText == general)
        #expect(number.answerText == answer)
    }

    @Test("Notes are told in Prometheus' words")
    func notes() {
        #expect(
            HistogramNote.notCounter.text(metricName: "a\"b")
                == "PromQL warning: this native histogram metric is not a counter: \"a\\\"b\"")
        #expect(
            HistogramNote.boundsReconciled(.aggregation).text(metricName: "")
                == "PromQL info: mismatched custom buckets were reconciled during aggregation")
        #expect(
            HistogramNote.quantileIsSkewed.text(metricName: "h")
                == "PromQL info: input to histogram_quantile has NaN observations, result is skewed higher for metric name \"h\"")
        #expect(HistogramNote.quantileIsSkewed.text(metricName: "").hasSuffix("result is skewed higher"))
        #expect(
            HistogramNote.incompatibleTypes(left: "histogram", operator: "*", right: "histogram").text(metricName: "")
                == "PromQL info: incompatible sample types encountered for binary operator \"*\": histogram * histogram")
        let early = Timestamp(milliseconds: 60_000)...Timestamp(milliseconds: 60_000)
        var repair = MonotonicityRepair(lowestBound: 2, highestBound: 2, largestDrop: 5, times: early)
        repair.merge(
            MonotonicityRepair(
                lowestBound: 1, highestBound: .infinity, largestDrop: 123,
                times: Timestamp(milliseconds: 90_000)...Timestamp(milliseconds: 90_000)))
        #expect(
            repair.text
                == ", from buckets 1 to +Inf, with a max diff of 1.2e+02, over 2 samples from 1970-01-01T00:01:00Z to 1970-01-01T00:01:30Z")
    }
}
