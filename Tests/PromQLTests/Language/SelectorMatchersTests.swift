import PostwatchModel
import PromQL
import Testing

@Suite("Matchers of a series selector")
struct SelectorMatchersTests {
    @Test(
        "A metric, matchers in braces, or both, and nothing else",
        arguments: [
            ("up", ["__name__=\"up\""]), (" up{job=\"mx\"} # all", ["__name__=\"up\"", "job=\"mx\""]), ("{job!=\"\",}", ["job!=\"\""]),
            ("{\"my.metric\"}", ["__name__=\"my.metric\""]), ("sum", ["__name__=\"sum\""]), ("{__name__=~\"a.*\"}", ["__name__=~\"a.*\""]),
        ])
    func accepts(text: String, matchers: [String]) throws {
        #expect(try PromQLQuery.selectorMatchers(parsing: text).map(\.description) == matchers)
    }

    @Test(
        "Anything else is told with its place",
        arguments: [
            ("", "1:1: parse error: unexpected end of input, expected a series selector such as up{job=\"mx\"}"),
            ("up[5m]", "1:3: parse error: unexpected \"[\", expected the end of the series selector"),
            ("up offset 5m", "1:4: parse error: unexpected <offset>, expected the end of the series selector"),
            ("sum(up)", "1:4: parse error: unexpected \"(\", expected the end of the series selector"),
            ("1", "1:1: parse error: unexpected number \"1\", expected a series selector such as up{job=\"mx\"}"),
            ("{}", "1:1: parse error: match[] must contain at least one non-empty matcher"),
            ("{a=~\".*\"}", "1:1: parse error: match[] must contain at least one non-empty matcher"),
            ("{a=\"b\"", "1:7: parse error: unexpected end of input inside braces"),
        ])
    func rejects(text: String, message: String) {
        #expect {
            _ = try PromQLQuery.selectorMatchers(parsing: text)
        } throws: {
            "\($0)" == message
        }
    }
}
