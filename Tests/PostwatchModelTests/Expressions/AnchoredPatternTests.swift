import Testing

@testable import PostwatchModel

@Suite("An anchored pattern")
struct AnchoredPatternTests {
    @Test(
        "must match the whole value",
        arguments: [
            ("abc", "abc", true), ("abc", "abcd", false), ("abc", "xabc", false), ("a|b", "a", true), ("a|b", "b", true),
            ("a|b", "ab", false),
            ("a|", "", true), ("", "", true), ("", "a", false), (".*", "", true), (".+", "", false), (".+", "x\ny", true),
            ("a.c", "a\nc", true), ("mx-[0-9]+", "mx-12", true), ("mx-[0-9]+", "mx-12x", false), ("a.*|b", "abc", true),
            ("a.*|b", "bc", false),
            ("(?i:mx)", "MX", true), ("a\\.b", "a.b", true), ("a\\.b", "axb", false), ("^a$", "a", true), ("é+", "éé", true),
            ("[[:alpha:]]+", "abc", true), ("(?P<node>mx)-1", "mx-1", true), ("(?<node>mx)-1", "mx-1", true), ("a$", "a\n", false),
            ("e\u{301}", "\u{E9}", false), ("\\pL+", "éa", true), ("(?-s:a.c)", "a\nc", false), ("\\d{2}", "12", true),
        ])
    func matches(pattern: String, value: String, isMatch: Bool) throws {
        #expect(try AnchoredPattern(pattern).matches(value) == isMatch)
    }

    @Test(
        "is refused when it is no regular expression",
        arguments: ["(", "a)|(b", "*a", "[a", "a\\", "(?P<n", "a{2,1}", ")", "(?=a)", "(?<!a)b", "(a)\\1", "a++"])
    func refuses(pattern: String) {
        #expect { try AnchoredPattern(pattern) } throws: { error in
            guard let fault = error as? AnchoredPattern.Fault else { return false }
            return fault.pattern == pattern && !fault.reason.isEmpty
        }
    }

    @Test(
        "makes a matcher that takes an absent label for an empty one",
        arguments: [
            (LabelMatcher.Operation.equal, "", true), (.equal, "a", false), (.notEqual, "a", true), (.notEqual, "", false),
            (.matches, "a|", true), (.matches, ".+", false), (.doesNotMatch, ".+", true), (.doesNotMatch, ".*", false),
        ])
    func absentLabel(operation: LabelMatcher.Operation, value: String, isMatch: Bool) throws {
        #expect(try LabelMatcher("absent", operation, value).matches(["other": "a"]) == isMatch)
    }

    @Test("makes matchers that are the same when they say the same")
    func equality() throws {
        #expect(try LabelMatcher("a", .equal, "b") == LabelMatcher("a", equals: "b"))
        #expect(try LabelMatcher("a", .matches, "b.*") == LabelMatcher("a", .matches, "b.*"))
        #expect(try LabelMatcher("a", .matches, "b.*").description == "a=~\"b.*\"")
        #expect(throws: AnchoredPattern.Fault.self) { try LabelMatcher("a", .matches, "(") }
    }
}
