import PostwatchModel
import TestSupport
import Testing

@testable import SeriesStore

@Suite("The label index")
struct LabelIndexTests {
    static let values = ["", "a", "ab", "abc", "b", "mx-1", "mx-10", "mx-2", "€uro"]
    static let patterns = [
        "", ".*", ".+", "a", "a|b", "a|", "|", "mx-.*", "mx-1.*", "ab?", "abc?", "ab*", "ab{0,1}", "(a|b)c?", "a.|b", "x.*", "mx-(1|2)",
        "(?i)MX-1",
        "mx-1+0", "€.*",
    ]

    @Test("finds the series that a look at each of them would find", arguments: 0..<60 as Range<UInt64>)
    func equivalence(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var index = LabelIndex()
        var series: [LabelSet] = []
        for number in 0..<Int.random(in: 0...80, using: &random) {
            var pairs: [(String, String)] = [("__name__", ["up", "down"].randomElement(using: &random) ?? "")]
            for name in ["instance", "role", "z"] { pairs.append((name, Self.values.randomElement(using: &random) ?? "")) }
            series.append(LabelSet(pairs))
            series[number].bytes.withUnsafeBytes { index.add($0, number: number) }
        }
        for _ in 0..<40 {
            let matchers = try (0..<Int.random(in: 0...3, using: &random)).map { _ in
                let name = ["__name__", "instance", "role", "z", "absent"].randomElement(using: &random) ?? ""
                let isPattern = Bool.random(using: &random)
                let operation: LabelMatcher.Operation =
                    isPattern
                    ? (Bool.random(using: &random) ? .matches : .doesNotMatch) : (Bool.random(using: &random) ? .equal : .notEqual)
                let value = (isPattern ? Self.patterns : Self.values + ["up"]).randomElement(using: &random) ?? ""
                return try LabelMatcher(name, operation, value)
            }
            let expected = series.indices.filter { number in matchers.allSatisfy { $0.matches(series[number]) } }
            #expect(index.numbers(matching: matchers).map(Int.init) == expected, "\(matchers)")
        }
    }
}
