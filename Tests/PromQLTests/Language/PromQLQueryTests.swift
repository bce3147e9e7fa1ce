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
        "Of a malformed query line, column and what was expected are told in Prometheus' words",
        arguments: [
            ("", "1:1: parse error: no expression found in input"),
            ("sum(", "1:5: parse error: unclosed left parenthesis"),
            ("1 +", "1:4: parse error: unexpected end of input, expected an expression"),
            ("sum by (a) up", "1:12: parse error: unexpected identifier \"up\" in aggregation, expected \"(\""),
            ("sum by a (up)", "1:8: parse error: unexpected identifier \"a\" in grouping opts, expected \"(\""),
            ("sum by (a b) (up)", "1:11: parse error: unexpected identifier \"b\" in grouping opts, expected \",\" or \")\""),
            ("sum by (a:b) (up)", "1:9: parse error: unexpected metric identifier \"a:b\" in grouping opts, expected label"),
            ("sum()", "1:1: parse error: no arguments for aggregate expression provided"),
            ("topk(up)", "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1"),
            ("topk(\"a\", up)", "1:6: parse error: expected type scalar in aggregation parameter, got string"),
            ("abs(up,)", "1:7: parse error: trailing commas not allowed in function call args"),
            (
                "up[]",
                "1:4: parse error: unexpected \"]\" in subquery or range selector, expected number, duration, step(), or range()"
            ),
            ("up[5x]", "1:4: parse error: bad number or duration syntax: \"5x\""),
            ("up[5m1h]", "1:4: parse error: not a valid duration string: \"5m1h\""),
            ("up[0]", "1:4: parse error: duration must be greater than 0"),
            ("up[300y]", "1:4: parse error: duration out of range"),
            ("rate(up)", "1:6: parse error: expected type range vector in call to function \"rate\", got instant vector"),
            ("up +\n  bad(1)", "2:3: parse error: unknown function with name \"bad\""),
            ("1 < 2", "1:3: parse error: comparisons between scalars must use BOOL modifier"),
            ("1 and up", "1:1: parse error: set operator \"and\" not allowed in binary scalar expression"),
            ("up{}}", "1:5: parse error: unexpected character: '}'"),
            ("up{", "1:4: parse error: unexpected end of input inside braces"),
            ("up[5m", "1:6: parse error: unclosed left bracket"),
            ("up)", "1:3: parse error: unexpected right parenthesis ')'"),
            ("{a=\"\"}", "1:1: parse error: vector selector must contain at least one non-empty matcher"),
            ("up{a=~\"(\"}", "1:4: parse error: error parsing regexp: \"(\" is not a regular expression in RE2 syntax"),
            ("up{a=1}", "1:6: parse error: unexpected character inside braces: '1'"),
            ("up{a}", "1:5: parse error: unexpected \"}\" in label matching, expected label matching operator"),
            ("\"abc", "1:1: parse error: unterminated quoted string"),
            ("`abc", "1:1: parse error: unterminated raw string"),
            ("\"\\q\"", "1:1: parse error: unknown escape sequence U+0071 'q'"),
            ("\"\u{FFFD}\"", "1:1: parse error: invalid UTF-8 rune"),
            ("(up)[5m]", "1:5: parse error: ranges only allowed for vector selectors"),
            (
                "sum(up) offset 5m",
                "1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery"
            ),
            ("up offset 5m offset 5m", "1:1: parse error: offset may not be set multiple times"),
            ("up offset 5m [5m]", "1:14: parse error: no offset modifiers allowed before range"),
            ("up @ 1 @ 2", "1:1: parse error: @ <timestamp> may not be set multiple times"),
            ("up @ Inf", "1:1: parse error: timestamp out of bounds for @ modifier: +Inf"),
            ("a + bool b", "1:3: parse error: bool modifier can only be used on comparison operators"),
            ("a * on(x) group_left(x) b", "1:3: parse error: label \"x\" must not occur in ON and GROUP clause at once"),
            ("a and on(x) group_left b", "1:1: parse error: no grouping allowed for \"and\" operation"),
            ("a + on(x) 1", "1:1: parse error: vector matching only allowed between instant vectors"),
            ("round(up, 1, 2)", "1:1: parse error: expected at most 2 argument(s) in call to \"round\", got 3"),
            ("label_join(up)", "1:1: parse error: expected at least 3 argument(s) in call to \"label_join\", got 1"),
            ("time(1)", "1:1: parse error: expected 0 argument(s) in call to \"time\", got 1"),
            ("up{__name__=\"x\"}", "1:1: parse error: metric name must not be set twice: \"up\" or \"x\""),
            ("€", "1:1: parse error: unexpected character: '€'"),
            (
                "-\"a\"",
                "1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got \"string\""
            ),
            ("up[5m] + 1", "1:1: parse error: binary expression must contain only scalar and instant vector types"),
            ("up[5m:1m][5m:1m]", "1:1: parse error: subquery is only allowed on instant vector, got matrix instead"),
            ("rate(up) + sum(", "1:16: parse error: unclosed left parenthesis"),
        ])
    func rejects(text: String, message: String) {
        #expect {
            _ = try PromQLQuery(text)
        } throws: {
            "\($0)" == message
        }
    }

    @Test("A fault tells apart what was found and what to write instead")
    func faultParts() {
        let fault = #expect(throws: PromQLFault.self) { try PromQLQuery("up\n  + rate(up)") }
        #expect(fault?.line == 2)
        #expect(fault?.column == 10)
        #expect(fault?.found == "an instant vector")
        #expect(fault?.expected == "a range vector")
    }

    @Test(
        "Keywords are names where only a name can stand",
        arguments: [
            "sum", "by{by=\"on\"}", "and and and", "or or unless unless unless", "offset offset 5m", "start", "step{range=\"1m\"}",
            "min_of",
            "fill + fill", "anchored", "sum by (and, bool, offset, group_left) (without)", "sum(sum)", "a / on(by) group_left(fill) b",
            "{__name__=\"up\", on=\"x\", inf=\"y\"}", "topk + bottomk", "limitk",
        ])
    func keywordsAsNames(text: String) throws {
        #expect(try PromQLQuery(text).type == .instantVector)
    }

    @Test("These keywords are never names", arguments: ["bool", "on", "ignoring", "group_left", "group_right", "atan2"])
    func reservedWords(text: String) {
        #expect(throws: PromQLFault.self) { try PromQLQuery(text) }
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
            ("0x1F", 31.0), ("0X_1f", 31), ("0755", 493), ("089", 89), ("1_000", 1000), ("0.5_5", 0.55), ("Inf", .infinity),
            ("-iNf", -.infinity), ("1e3", 1000), ("1E-2", 0.01), (".5", 0.5), ("2.", 2), ("1h30m", 5400), ("250ms", 0.25),
        ])
    func numbers(text: String, value: Double) throws {
        #expect(try PromQLQuery(text).expression == .number(NumberLiteral(value, range: SourceRange(0, 0))))
    }

    @Test(
        "What only looks like a number is none",
        arguments: ["1__0", "1_", "0x", "1e", "1e999", "1.2.3", "0xFFFFFFFFFFFFFFFFF", "5M", "1.5m"])
    func noNumbers(text: String) {
        #expect(throws: PromQLFault.self) { try PromQLQuery(text) }
    }

    @Test(
        "Strings are read as Go reads them",
        arguments: [
            (#""a\tb\\""#, "a\tb\\"), (#"'it\'s "so"'"#, "it's \"so\""), (#"`raw\n`"#, #"raw\n"#), (#""\x41\u00e9\U0001F600\101""#, "Aé😀A"),
            (#""\xff""#, "\u{FFFD}"), ("\"\"", ""),
        ])
    func strings(text: String, value: String) throws {
        #expect(try PromQLQuery(text).expression == .string(StringLiteral(text: value, range: SourceRange(0, 0))))
    }
}
