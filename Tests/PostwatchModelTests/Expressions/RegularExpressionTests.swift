import Testing

@testable import PostwatchModel

@Suite("A regular expression")
struct RegularExpressionTests {
    @Test(
        "fills a template in as Go does",
        arguments: [
            ("(a)(b)?", "a", "[$1][$2]", "[a][]"), ("(?P<node>mx)-(.*)", "mx-1", "${node}/$2", "mx/1"),
            ("(a)", "a", "$1x", ""), ("(a)", "a", "${1}x", "ax"), ("(a)", "a", "$9|$none|", "||"),
            ("(a)", "a", "$$1 $ ${ $-", "$1 $ ${ $-"),
            ("a(.*)", "aé", "$0 $1", "aé é"), ("(a)", "a", "${01}", ""), ("(?P<名>a)", "a", "$1", "a"),
        ])
    func expands(pattern: String, text: String, template: String, expected: String) throws {
        let expression = try RegularExpression(pattern.replacing("名", with: "n"), matching: .wholeText)
        #expect(expression.firstMatch(in: text)?.expand(template) == expected)
    }

    @Test("of a whole text finds nothing in a part of it")
    func wholeText() throws {
        #expect(try RegularExpression("b", matching: .wholeText).firstMatch(in: "abc") == nil)
        #expect(try RegularExpression("b", matching: .anywhere).firstMatch(in: "abc")?.expand("<$0>") == "<b>")
    }

    @Test(
        "replaces every match",
        arguments: [
            ("a", "banana", "o", "bonono"), ("a*", "baaac", "-", "-b-c-"), ("", "éa", "-", "-é-a-"), ("(n)(a)", "banana", "$2$1", "baanan"),
            ("x", "banana", "y", "banana"), ("^a", "aaa", "b", "baa"), ("\\bb", "ab b", "-", "ab -"), ("a|", "", "-", "-"),
            (".", "a\nb", "x", "x\nx"),
        ])
    func replaces(pattern: String, text: String, template: String, expected: String) throws {
        #expect(try RegularExpression(pattern, matching: .anywhere).replacingMatches(in: text, with: template) == expected)
    }

    @Test("that would take a backtracking engine hours is matched at once")
    func nestedQuantifiers() throws {
        let expression = try RegularExpression("(a|aa)+c", matching: .wholeText)
        #expect(!expression.matches(String(repeating: "a", count: 60_000)))
        #expect(expression.matches(String(repeating: "a", count: 60_000) + "c"))
    }

    @Test("says why a text is none")
    func faults() {
        #expect(throws: RegularExpression.Fault(pattern: "a(", reason: "missing ): a(")) {
            try RegularExpression("a(", matching: .anywhere)
        }
        #expect(throws: RegularExpression.Fault(pattern: "(?<=a)b", reason: "invalid perl operator: (?<")) {
            try RegularExpression("(?<=a)b", matching: .anywhere)
        }
    }

    @Test("is the same as another of the same text and extent")
    func equality() throws {
        let expression = try RegularExpression("a", matching: .anywhere)
        #expect(try expression == RegularExpression("a", matching: .anywhere))
        #expect(try expression != RegularExpression("a", matching: .wholeText))
        #expect(try expression != RegularExpression("b", matching: .anywhere))
    }
}
