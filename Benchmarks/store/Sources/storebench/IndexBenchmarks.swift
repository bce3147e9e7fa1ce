import PostwatchModel

@testable import SeriesStore

/// Looking series up by their labels, among 200,000.
struct IndexBenchmarks {
    /// Looked up so often in one run, since one look-up is too short for the clock.
    private static let lookups = 50

    private let index: SharedRecentSamples
    private let seriesCount: Int

    init(load: HostLoad) {
        seriesCount = load.seriesCount
        index = SharedRecentSamples(RecentSamples(floor: 0))
        for labels in load.labels {
            index.withLock { recent in _ = labels.bytes.withUnsafeBytes { recent.number(of: $0) } }
        }
    }

    func run(into report: inout Report) throws {
        let load1 = LabelMatcher("__name__", equals: "node_load1")
        let cpu = LabelMatcher("__name__", equals: "node_cpu_seconds_total")
        let questions: [(String, [LabelMatcher])] = [
            ("a metric", [cpu]),
            ("a metric and a host", [cpu, LabelMatcher("instance", equals: HostLoad.instance(123))]),
            ("a pattern with a literal prefix", [load1, try LabelMatcher("instance", .matches, "mail-1[0-4].*")]),
            ("an alternation", [cpu, try LabelMatcher("instance", .matches, Self.hosts(10..<20).joined(separator: "|"))]),
            ("a pattern that is tried on every value", [load1, try LabelMatcher("instance", .matches, ".*7\\.example.*")]),
            (".*", [load1, try LabelMatcher("instance", .matches, ".*")]),
            (".+ alone: every series", [try LabelMatcher("instance", .matches, ".+")]),
            ("a negation", [cpu, try LabelMatcher("mode", .notEqual, "idle")]),
            ("a negated pattern", [cpu, try LabelMatcher("mode", .doesNotMatch, "idle|user|s.*")]),
        ]
        for (name, matchers) in questions {
            let found = index.numbers(matching: matchers) {}.count
            precondition(found > 0, "\(name) finds nothing")
            report.measure(
                "index: \(name)", .microseconds, count: Self.lookups, of: "one look-up, finds \(found) of \(seriesCount) series"
            ) {
                for _ in 0..<Self.lookups {
                    let count = index.numbers(matching: matchers) {}.count
                    precondition(count == found, "The index does not change")
                }
            }
        }
    }

    // MARK: - Private

    private static func hosts(_ numbers: Range<Int>) -> [String] {
        numbers.map { HostLoad.instance($0).replacing(".", with: "\\.") }
    }
}
