import PostwatchModel
import Testing

@testable import PromQL

@Suite("PromQLQuery")
struct PromQLQueryTests {
    @Test(
        "Well-formed queries are read and have a type",
        arguments: [
            ("1", ValueType.scalar), ("0x1F", .scalar), ("1_000.5e-3", .scalar), (".5", .scalar), ("2.", .scalar), ("1h30m", .scalar),
            ("-Inf", .scalar), ("nan", .scalar), ("1 + 2 * 3", .scalar), ("1 < bool 2", .scalar), ("time()", .scalar),
            ("\"a\\tb\"", .string), ("'a'", .string), ("`raw\\n`", .string), ("(\"x\")", .string),
            ("up", .instantVector), (":rate:sum", .instantVector), ("up{}", .instantVector), ("{__name__=\"up\"}", .instantVector),
            ("{\"my.metric\", \"a b\"=\"x\"}", .instantVector), ("up{a=\"b\",c!=\"d\",e=~\"f.*\",g!~\"h\",}", .instantVector),
            ("sum", .instantVector), ("up offset 5m", .instantVector), ("up offset -5m @ 10", .instantVector),
            ("up @ end() offset 1h", .instantVector), ("up[5m]", .rangeVector), ("up[300]", .rangeVector),
            ("up[5m] @ start()", .rangeVector),
            ("up[1h:5m]", .rangeVector), ("sum(up)[1h:] offset 1m", .rangeVector), ("rate(up[5m])", .instantVector),
            ("SUM BY (a, b) (up)", .instantVector), ("sum(up) without (a)", .instantVector), ("topk(3, up)", .instantVector),
            ("count_values(\"v\", up)", .instantVector), ("a and on(x) b or ignoring() c unless d", .instantVector),
            ("a / on(x) group_left(y) b", .instantVector), ("a == bool 1 # comment\n + 2", .instantVector), ("-a ^ 2", .instantVector),
            ("label_join(up, \"a\", \",\")", .instantVector), ("hour()", .instantVector), ("a atan2 b", .instantVector),
        ])
    func accepts(text: String, type: ValueType) throws {
        #expect(try PromQLQuery(text).type == type)
    }

    @Test(
        "Of a malformed query line, column and what was found are told",
        arguments: [
            ("", "1:1: found an empty query, expected an expression"),
            ("sum(", "1:5: found the end of the query, expected an expression"),
            ("up[]", "1:4: found \"]\", expected a range such as 5m"),
            ("up[5x]", "1:4: found \"5x\", expected a number or a duration such as 5m or 1h30m"),
            ("rate(up)", "1:6: found an instant vector as an argument of rate, expected a range vector"),
            ("up +\n  bad(1)", "2:3: found the unknown function \"bad\", expected a function of PromQL"),
            ("1 < 2", "1:3: found a comparison of two scalars, expected \"bool\" behind \"<\""),
            ("1 and up", "1:3: found \"and\" with a scalar, expected instant vectors on both sides"),
            ("up{}}", "1:5: found \"}\", expected an operator or the end of the query"),
            ("{a=\"\"}", "1:1: found a selector that the empty label satisfies, expected at least one matcher that it does not"),
            ("up{a=~\"(\"}", "1:7: found the string \"(\", expected a regular expression in RE2 syntax"),
            ("up{a=1}", "1:6: found \"1\", expected a label's value in quotes"),
            ("\"abc", "1:1: found a string without its closing quote, expected a closing \""),
            ("(up)[5m]", "1:5: found a range behind something else than a selector, expected a selector or a subquery"),
            ("sum(up) offset 5m", "1:9: found \"offset\", expected it only behind a selector or a subquery"),
            ("up offset 5m offset 5m", "1:14: found \"offset\" a second time, expected it once"),
            ("up offset 5m [5m]", "1:14: found a range behind offset or @, expected offset and @ behind the range"),
            ("a + bool b", "1:5: found \"bool\", expected \"bool\" only behind a comparison"),
            ("a * on(x) group_left(x) b", "1:11: found the label \"x\" in both on and group_left, expected it in only one of them"),
            ("a and on(x) group_left b", "1:13: found \"group_left\", expected no grouping with \"and\""),
            ("round(up, 1, 2)", "1:1: found 3 arguments for round, expected 1 to 2"),
            ("up{__name__=\"x\"}", "1:1: found the metric's name twice, expected it once"),
            ("€", "1:1: found the character \"€\", expected a name, a number, a string or an operator"),
            ("-\"a\"", "1:1: found a sign before a string, expected a scalar or an instant vector"),
            ("up[5m] + 1", "1:1: found a range vector as the left operand of \"+\", expected a scalar or an instant vector"),
        ])
    func rejects(text: String, message: String) {
        #expect {
            _ = try PromQLQuery(text)
        } throws: {
            "\($0)" == message
        }
    }

    @Test("No text that is cut off anywhere brings the parser down")
    func survivesEveryPrefix() {
        let text =
            "sum by (a) (rate(x{b=~\"c\\n.*\",d!='e'}[5m:1m] @ start() offset -1h)) / on(a) group_left(f) 0x1F ^ -2.5e3 >= bool `g` # h"
        for length in 0...text.count {
            _ = try? PromQLQuery(String(text.prefix(length)))
            _ = try? PromQLQuery(String(text.suffix(length)))
        }
    }

    @Test(
        "Numbers are read as Go reads them",
        arguments: [
            ("0x1F", 31.0), ("1_000", 1000), ("1e3", 1000), ("1E-2", 0.01), (".5", 0.5), ("2.", 2), ("1h30m", 5400), ("250ms", 0.25),
        ])
    func numbers(text: String, value: Double) throws {
        #expect(try PromQLQuery(text).expression == .number(value))
    }
}
