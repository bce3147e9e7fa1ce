import PostwatchModel
import Testing

@testable import Scraping

@Suite("Relabelling")
struct RelabelRuleTests {
    private static let labels = ["a": "foo", "b": "bar", "c": "baz", "__meta_x_one": "1", "__meta_x_two": "2"]

    @Test("Each action does what Prometheus' documentation says", arguments: cases)
    func actions(name: String, rule: RelabelRule, changes: [String: String?]?) {
        var labels = Self.labels
        guard rule.apply(to: &labels) else {
            #expect(changes == nil, "\(name)")
            return
        }
        var expected = Self.labels
        for (name, value) in changes ?? ["never": "kept"] { expected[name] = value }
        #expect(labels == expected, "\(name)")
    }

    static let cases: [(String, RelabelRule, [String: String?]?)] = [
        (
            "replace", RelabelRule(sourceLabels: ["a"], pattern: pattern("f(.*)"), targetLabel: "d", replacement: "ch$1-ch$1"),
            ["d": "choo-choo"]
        ),
        (
            "joined", RelabelRule(sourceLabels: ["a", "b"], pattern: pattern("foo;(ba)(r)"), targetLabel: "d", replacement: "${2}$1"),
            ["d": "rba"]
        ),
        ("separator", RelabelRule(sourceLabels: ["a", "b"], separator: "-", targetLabel: "d"), ["d": "foo-bar"]),
        ("no match", RelabelRule(sourceLabels: ["a"], pattern: pattern("o+"), targetLabel: "a", replacement: "x"), [:]),
        ("removed by an empty value", RelabelRule(sourceLabels: ["a"], targetLabel: "a", replacement: ""), ["a": nil]),
        (
            "without a group", RelabelRule(sourceLabels: ["a"], pattern: pattern("foo"), targetLabel: "d", replacement: "x${9}y"),
            ["d": "xy"]
        ),
        (
            "named group",
            RelabelRule(sourceLabels: ["a"], pattern: pattern("(?P<first>.).*"), targetLabel: "d", replacement: "${first}!$$"), ["d": "f!$"]
        ),
        (
            "name from a group", RelabelRule(sourceLabels: ["a"], pattern: pattern("(f)oo"), targetLabel: "${1}_x", replacement: "1"),
            ["f_x": "1"]
        ),
        ("keep", RelabelRule(action: .keep, sourceLabels: ["a"], pattern: pattern("foo|x")), [:]),
        ("keep not", RelabelRule(action: .keep, sourceLabels: ["a"], pattern: pattern("fo")), nil),
        ("drop", RelabelRule(action: .drop, sourceLabels: ["a"], pattern: pattern(".*o.*")), nil),
        ("drop not", RelabelRule(action: .drop, sourceLabels: ["none"], pattern: pattern(".+")), [:]),
        ("keepequal", RelabelRule(action: .keepequal, sourceLabels: ["a"], targetLabel: "b"), nil),
        ("dropequal", RelabelRule(action: .dropequal, sourceLabels: ["a"], targetLabel: "a"), nil),
        ("dropequal not", RelabelRule(action: .dropequal, sourceLabels: ["a"], targetLabel: "b"), [:]),
        // Of Prometheus' own tests: the last eight bytes of the MD5 sum of "baz", divided by 1000.
        ("hashmod", RelabelRule(action: .hashmod, sourceLabels: ["c"], targetLabel: "d", modulus: 1000), ["d": "976"]),
        ("labelmap", RelabelRule(action: .labelmap, pattern: pattern("__meta_x_(.+)")), ["one": "1", "two": "2"]),
        ("labeldrop", RelabelRule(action: .labeldrop, pattern: pattern("(b|c)")), ["b": nil, "c": nil]),
        ("labelkeep", RelabelRule(action: .labelkeep, pattern: pattern("a|b|c")), ["__meta_x_one": nil, "__meta_x_two": nil]),
        ("uppercase", RelabelRule(action: .uppercase, sourceLabels: ["a"], targetLabel: "d"), ["d": "FOO"]),
        ("lowercase", RelabelRule(action: .lowercase, sourceLabels: ["a"], targetLabel: "a"), [:]),
    ]

    @Test("A pattern that is none is refused", arguments: ["(", "a)|(b", "[", "*"])
    func badPatterns(source: String) {
        #expect(throws: RegularExpression.Fault.self) { try RelabelPattern(source) }
    }

    private static func pattern(_ source: String) -> RelabelPattern {
        guard let pattern = try? RelabelPattern(source) else { preconditionFailure(source) }
        return pattern
    }
}
