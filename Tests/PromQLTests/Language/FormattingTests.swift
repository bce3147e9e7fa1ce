import PostwatchModel
import Testing

@testable import PromQL

@Suite("Formatting a query")
struct FormattingTests {
    @Test(
        "There is one way to write a query",
        arguments: [
            ("sum(up)by(b,a)", "sum by (b, a) (up)"), ("SUM without()(up)", "sum without () (up)"), ("topk (3,up)", "topk(3, up)"),
            ("a*on(x)group_left(y)b", "a * on (x) group_left (y) b"), ("a/ignoring()group_right b", "a / ignoring () group_right () b"),
            ("a==bool on()b", "a == bool on () b"), ("up{}", "up"), ("up{b='x',a!~\"y\"}", "up{a!~\"y\",b=\"x\"}"),
            ("{__name__='up'}", "{__name__=\"up\"}"), ("{\"my.metric\",\"a b\"='x'}", "{\"a b\"=\"x\",__name__=\"my.metric\"}"),
            ("sum by(\"a.b\",\"inf\",c)(x)", "sum by (\"a.b\", \"inf\", c) (x)"), ("x[90s:]offset-5m@1.5", "x[1m30s:] @ 1.500 offset -5m"),
            ("x[1w]@end()", "x[1w] @ end()"), ("x @ -0.25", "x @ -0.250"), ("x[300]", "x[5m]"),
            ("90s+1.50+1e21+0x1F", "1m30s + 1.5 + 1000000000000000000000 + 31"),
            ("-5m", "-5m"), ("-0h", "-0s"), ("- - x", "--x"), ("+Inf", "+Inf"), ("Inf ^ 2", "Inf ^ 2"), ("2 ^ Inf ^ 2", "2 ^ Inf ^ 2"),
            ("`a\\n\"`", #""a\\n\"""#),
            ("\"\\xff\\u0007é\u{200B}\"", #""\ufffd\aé\u200b""#),
            ("(\n(1)) # one", "((1))"), ("time ( )", "time()"),
        ])
    func oneLine(text: String, written: String) throws {
        #expect(try PromQLQuery(text).description == written)
        #expect(try PromQLQuery(text).formatted == written)
        #expect(try PromQLQuery(written).expression == PromQLQuery(text).expression)
    }

    @Test("What is longer than 100 bytes is split at each level that is still too long")
    func manyLines() throws {
        let long = "a_rather_long_name_of_a_metric{job=\"imap\",instance=\"mailstore-1.example.org:9100\"}"
        let query = try PromQLQuery(
            "histogram_quantile(0.9, sum by (le) (rate(\(long)[5m])) / on (le) group_left () (\(long) or -max_over_time(\(long)[1h:5m])))")
        #expect(
            query.formatted == """
                histogram_quantile(
                  0.9,
                    sum by (le) (
                      rate(a_rather_long_name_of_a_metric{instance="mailstore-1.example.org:9100",job="imap"}[5m])
                    )
                  / on (le) group_left ()
                    (
                        a_rather_long_name_of_a_metric{instance="mailstore-1.example.org:9100",job="imap"}
                      or
                        -max_over_time(
                          a_rather_long_name_of_a_metric{instance="mailstore-1.example.org:9100",job="imap"}[1h:5m]
                        )
                    )
                )
                """)
        #expect(try PromQLQuery(query.formatted).expression == query.expression)
    }

    @Test("A line of exactly 100 bytes stays whole")
    func lineLength() throws {
        let name = String(repeating: "a", count: 95)
        #expect(try PromQLQuery("abs(\(name))").formatted == "abs(\(name))")
        #expect(try PromQLQuery("abs(\(name)a)").formatted == "abs(\n  \(name)a\n)")
    }
}
