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

    @Test("is not locked while a pattern is tried; series that come meanwhile do not count, and a search can be ended")
    func unlockedPatterns() throws {
        let memory = SharedRecentSamples(RecentSamples(floor: 0))
        func add(_ value: String) {
            LabelSet(metric: "m", ["v": value]).bytes.withUnsafeBytes { labels in memory.withLock { _ = $0.number(of: labels) } }
        }
        for value in 0..<5000 { add("a\(value)") }
        for (operation, expected) in [(LabelMatcher.Operation.matches, 1000), (.doesNotMatch, 4000)] {
            let matcher = try LabelMatcher("v", operation, ".*7.?|.*7..0")
            let count = memory.withLock { $0.numbers(matching: [matcher]).count }
            #expect(count > 0)
            var slices = 0
            let found = memory.numbers(matching: [LabelMatcher("__name__", equals: "m"), matcher]) {
                // It would wait for ever if the search held the lock.
                slices += 1
                add("new\(operation)\(slices)7")
                add("new\(operation)\(slices)")
            }
            #expect(slices >= 5)
            #expect(found.count == count, "\(expected)")
        }
        let matcher = try LabelMatcher("v", .matches, "a.*7")
        #expect(throws: CancellationError.self) { try memory.numbers(matching: [matcher]) { throw CancellationError() } }
    }

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
