import PostwatchModel

/// Label sets that have broken stores before: alike up to a letter, over concatenation, in length, in what a pattern means.
enum OddLabels {
    static let all: [LabelSet] = [
        LabelSet(metric: "m"),
        LabelSet(metric: "m", ["s": "1"]),
        LabelSet(metric: "m", ["s": "10"]),
        LabelSet(metric: "m", ["s": "1", "t": "1"]),
        LabelSet(metric: "m", ["t": "1"]),
        LabelSet(metric: "mm", ["s": "1"]),
        ["s": "1"],
        // The same letters, cut elsewhere.
        LabelSet(metric: "m", ["ab": "c"]),
        LabelSet(metric: "m", ["a": "bc"]),
        LabelSet(metric: "m", ["a": "b", "c": "d"]),
        LabelSet(metric: "m", ["a": "b\u{0}c\u{0}d"]),
        LabelSet(metric: "m", ["a": "b\u{FF}c\u{FF}d"]),
        // What a pattern would take for its own signs.
        LabelSet(metric: "m", ["s": "a.c"]),
        LabelSet(metric: "m", ["s": "abc"]),
        LabelSet(metric: "m", ["s": "a|b"]),
        LabelSet(metric: "m", ["s": "(a"]),
        LabelSet(metric: "m", ["s": "A"]),
        LabelSet(metric: "m", ["s": " "]),
        LabelSet(metric: "m", ["s": "line\nline"]),
        LabelSet(metric: "m", ["s": "\"quoted\" \\ back"]),
        LabelSet(metric: "m", ["s": "é 漢字 🧊 \u{10FFFF}"]),
        LabelSet(metric: "m", ["s": String(repeating: "long", count: 1200)]),
        LabelSet(metric: "m", ["s": String(repeating: "long", count: 1200) + "!"]),
        LabelSet(metric: "m", ["name with spaces": "x", "s": "2"]),
        LabelSet([("__name__", "wide")] + (0..<40).map { ("l\($0)", "v\($0 % 3)") }),
    ]

    /// Conditions that tell some of those apart, absent labels among them.
    static let conditions: [(name: String, operation: LabelMatcher.Operation, value: String)] = [
        ("__name__", .equal, "m"), ("__name__", .notEqual, "m"), ("__name__", .matches, "m.*"), ("__name__", .equal, ""),
        ("s", .equal, "1"), ("s", .equal, "10"), ("s", .equal, ""), ("s", .equal, "a.c"), ("s", .equal, "nowhere"),
        ("s", .notEqual, ""), ("s", .notEqual, "1"),
        ("s", .matches, "1.*"), ("s", .matches, "1|10|a\\|b"), ("s", .matches, "1|2"), ("s", .matches, ".*"), ("s", .matches, ".+"),
        ("s", .matches, ""), ("s", .matches, "|1"), ("s", .matches, "a.c"), ("s", .matches, "(?i)a"), ("s", .matches, "line.line"),
        ("s", .matches, "[0-9]+"), ("s", .matches, "long.*!"), ("s", .matches, "é.*"),
        ("s", .doesNotMatch, "1.*"), ("s", .doesNotMatch, ".+"), ("s", .doesNotMatch, ".*"), ("s", .doesNotMatch, "|1|10"),
        ("t", .equal, "1"), ("t", .notEqual, "1"), ("a", .matches, "b.*"), ("l7", .equal, "v1"), ("missing", .equal, ""),
        ("missing", .notEqual, ""), ("missing", .matches, ".*"), ("missing", .doesNotMatch, ".*"),
    ]
}
