import PostwatchModel
import Testing

@testable import PromQL

@Suite("Experimental parts of the language")
struct ExperimentalLanguageTests {
    @Test(
        "Each is refused in Prometheus' words unless it is allowed",
        arguments: [
            ("mad_over_time(up[5m])", "1:1: parse error: function \"mad_over_time\" is not enabled"),
            ("sort_by_label(up, \"a\")", "1:1: parse error: function \"sort_by_label\" is not enabled"),
            ("vector(start())", "1:8: parse error: function \"start\" is not enabled"),
            ("limitk(1, up)", "1:1: parse error: limitk() is experimental and must be enabled with promql: {experimental: true}"),
            ("up[5m] anchored", "1:1: parse error: anchored modifier is experimental and not enabled"),
            ("up smoothed", "1:1: parse error: smoothed modifier is experimental and not enabled"),
            ("a + fill(0) b", "1:5: parse error: binop fill modifiers are experimental and not enabled"),
            ("up[5m * 2]", "1:4: parse error: experimental duration expression is not enabled"),
            ("up[(5m)]", "1:5: parse error: experimental duration expression is not enabled"),
            ("up[step()]", "1:4: parse error: experimental duration expression is not enabled"),
            ("up offset range()", "1:11: parse error: experimental duration expression is not enabled"),
        ])
    func gates(text: String, message: String) {
        #expect {
            _ = try PromQLQuery(text)
        } throws: {
            "\($0)" == message
        }
        #expect(throws: Never.self) { try PromQLQuery(text, allowingExperimental: true) }
    }

    @Test(
        "What they are is written back in one way",
        arguments: [
            ("x[5m*2]", "x[5m * 2]"), ("x[(5+2) * 1m]", "x[(5 + 2) * 1m]"), ("x[ -1m + 2m ]", "x[-1m + 2m]"), ("x[(5m)]", "x[5m]"),
            ("x[STEP()+1:min(step(),5s)]", "x[step() + 1:min_of(step(), 5s)]"),
            ("x[max_of(range(), 2^3^2)]", "x[max_of(range(), 2 ^ 3 ^ 2)]"),
            ("x offset -(1h / 2)", "x offset -(1h / 2)"), ("x offset (2)", "x offset 2s"),
            ("x offset min(step(), 1s)", "x offset min_of(step(), 1s)"),
            ("x offset 5m + 1", "x offset 5m + 1"), ("x offset -2^2", "x offset -2s ^ 2"), ("x offset step()*0", "x offset step() * 0"),
            ("x[5m] anchored @ 10 offset 1m", "x[5m] anchored @ 10.000 offset 1m"), ("x @ 10 smoothed", "x @ 10.000 smoothed"),
            ("a + fill(-1) b", "a + fill (-1) b"), ("a / on(x) group_left fill_right(1) b", "a / on (x) group_left () fill_right (1) b"),
            ("a < bool fill_right(2) fill_left(NaN) b", "a < bool fill_left (NaN) fill_right (2) b"),
            ("limit_ratio(-0.5, up) by (job)", "limit_ratio by (job) (-0.5, up)"), ("info(up, {})", "info(up, {})"),
            ("histogram_quantiles(up, \"q\", 0.5, 0.9, 1)", "histogram_quantiles(up, \"q\", 0.5, 0.9, 1)"),
            ("min_of(step(), max_of(range(), end() - start()))", "min_of(step(), max_of(range(), end() - start()))"),
        ])
    func writes(text: String, written: String) throws {
        let query = try PromQLQuery(text, allowingExperimental: true)
        #expect(query.description == written)
        #expect(try PromQLQuery(written, allowingExperimental: true).expression == query.expression)
    }

    @Test(
        "What does not fit is refused",
        arguments: [
            ("x anchored smoothed", "1:1: parse error: anchored and smoothed modifiers cannot be used together"),
            ("x[1h:] anchored", "1:1: parse error: anchored modifier is not supported for subqueries"),
            ("sum(x) smoothed", "1:1: parse error: smoothed modifier must be preceded by a selector"),
            ("x[5m / 0]", "1:6: parse error: division by zero"), ("x[5m % 0s]", "1:6: parse error: modulo by zero"),
            ("x[-(5m)]", "1:3: parse error: duration must be greater than 0"),
            ("a + fill(1) 2", "1:1: parse error: filling in missing series only allowed between instant vectors"),
            ("a and fill(1) b", "1:1: parse error: filling in missing series not allowed for set operators"),
            ("info(up, target_info)", "1:10: parse error: expected label selectors only, got vector selector instead"),
            ("info(up, ({}))", "1:10: parse error: expected label selectors only"),
            ("info({}, {})", "1:6: parse error: vector selector must contain at least one non-empty matcher"),
            ("info(up, 1)", "1:10: parse error: expected type instant vector in call to function \"info\", got scalar"),
            ("x[foo()]", "1:3: parse error: unexpected character in duration expression: 'f'"),
        ])
    func refuses(text: String, message: String) {
        #expect {
            _ = try PromQLQuery(text, allowingExperimental: true)
        } throws: {
            "\($0)" == message
        }
    }

    @Test("Trimming a histogram is no longer experimental and binds like a comparison")
    func trim() throws {
        #expect(try PromQLQuery("a </ 1 + 2").expression == PromQLQuery("a</1+2").expression)
        #expect(try PromQLQuery("0.1 < bool 2 >/ 3").description == "0.1 < bool 2 >/ 3")
        #expect(throws: PromQLFault.self) { try PromQLQuery("a </ bool 1") }
    }

    @Test(
        "Durations are computed from the step and the length of the query",
        arguments: [
            ("x[5m * 2]", "x[10m]"), ("x[(2 ^ 3) * 1m]", "x[8m]"), ("x[4h % 3h]", "x[1h]"), ("x[step() + 1]", "x[31s]"),
            ("x[max_of(step(), 5s):min_of(range() / 4, 1h)]", "x[30s:15m]"), ("x offset -(step() * 2)", "x offset -1m"),
            ("sum(rate(x[2 * step()] offset step())) + 1", "sum(rate(x[1m] offset 30s)) + 1"),
        ])
    func durations(text: String, resolved: String) throws {
        let query = try PromQLQuery(text, allowingExperimental: true)
        #expect(try query.expression(step: .seconds(30), length: .seconds(3600)) == PromQLQuery(resolved).expression)
    }

    @Test(
        "A duration that comes to nothing is told with its place",
        arguments: [
            ("x[step()]", "1:3: parse error: duration must be greater than 0"),
            ("x[5m - 1h]", "1:3: parse error: duration must be greater than 0"),
            ("a + rate(x[1m / step()])", "1:12: parse error: division by zero"),
            ("x offset (9e9 * 2)", "1:10: parse error: duration out of range"),
        ])
    func noDuration(text: String, message: String) throws {
        let query = try PromQLQuery(text, allowingExperimental: true)
        #expect {
            _ = try query.expression(step: .zero, length: .zero)
        } throws: {
            "\($0)" == message
        }
    }
}
