import PostwatchModel
import PromQL

/// Finds rules that can do nothing: whose selectors match no series, whose metric never was, whose condition can never hold.
public struct RuleLiveness: Sendable {
    /// Which series there are; `nil` leaves out everything that depends on them.
    private let listing: (any SeriesListing)?
    private let start: Timestamp
    private let end: Timestamp

    /// - Parameters:
    ///   - start: series with samples from then on count.
    ///   - end: usually now.
    public init(listing: (any SeriesListing)? = nil, from start: Timestamp, through end: Timestamp) {
        self.listing = listing
        self.start = start
        self.end = end
    }

    /// All findings, in the order of the rules. Throws what the listing throws.
    /// - Parameter pause: done before each group, by those who are in no hurry. Throws to stop.
    public func findings(in groups: [RuleGroup], pausing pause: () async throws -> Void = {}) async throws -> [RuleFinding] {
        // What rules record is there as soon as they run.
        let recorded = Set(
            groups.flatMap(\.rules).compactMap { rule in
                if case .recording(let recording) = rule { recording.metric } else { nil }
            } + ["ALERTS", "ALERTS_FOR_STATE"])
        var findings: [RuleFinding] = []
        for group in groups {
            try await pause()
            for rule in group.rules {
                for kind in try await kinds(of: rule, recorded: recorded) {
                    let finding = RuleFinding(
                        group: group.name, rule: rule.name, line: rule.line, kind: kind.kind, isFatal: kind.isFatal && rule.isAlert)
                    // A condition may ask for one series twice.
                    if !findings.contains(finding) { findings.append(finding) }
                }
            }
        }
        return findings
    }

    // MARK: - Private

    private static let beginning = Timestamp(milliseconds: 0)

    private typealias Found = (kind: RuleFinding.Kind, isFatal: Bool)

    private func kinds(of rule: Rule, recorded: Set<String>) async throws -> [Found] {
        var found: [Found] = []
        let condition = ConditionAnalysis(rule.query)
        if let reason = await condition.contradiction() { found.append((.neverTrue(reason), true)) }
        if rule.isAlert, let reason = await condition.tautology() { found.append((.alwaysTrue(reason), false)) }
        guard found.isEmpty, let listing else { return found }
        for matchers in rule.query.selectors {
            let name = matchers.first { $0.name == LabelSet.metricNameLabel && $0.operation == .equal }?.value
            if let name, recorded.contains(name) { continue }
            if try await exists(matchers, listing) { continue }
            // Without this selector the condition may still hold: behind absent, or on one side of or.
            let isNeeded = condition.needs(matchers)
            let metric = matchers.filter { $0.name == LabelSet.metricNameLabel }
            if let name, try await !exists(metric, listing) {
                let wasThere = try await !listing.series([metric], from: Self.beginning, through: start, limit: 1).isEmpty
                found.append((wasThere ? .vanishedMetric(name) : .unknownMetric(name), isNeeded))
            } else {
                let reason = try await culprit(matchers, listing)
                found.append((.noSeries(selector: Self.text(matchers), because: reason), isNeeded))
            }
        }
        return found
    }

    private func exists(_ matchers: [LabelMatcher], _ listing: any SeriesListing) async throws -> Bool {
        try await !listing.series([matchers], from: start, through: end, limit: 1).isEmpty
    }

    /// The label without whose matcher there would be series, and the values that it has.
    private func culprit(_ matchers: [LabelMatcher], _ listing: any SeriesListing) async throws -> String {
        for matcher in matchers where matcher.name != LabelSet.metricNameLabel {
            let others = matchers.filter { $0 != matcher }
            guard try await exists(others, listing) else { continue }
            let values = try await listing.labelValues(of: matcher.name, [others], from: start, through: end, limit: 6)
            if values.isEmpty { return "none of its series has the label \(matcher.name)" }
            let shown = values.prefix(5).map { "\"\($0)\"" }.joined(separator: ", ") + (values.count > 5 ? ", …" : "")
            return "\(matcher) fits none of the values of \(matcher.name): \(shown)"
        }
        return "each of its labels is there, but not together"
    }

    static func text(_ matchers: [LabelMatcher]) -> String {
        let name = matchers.first { $0.name == LabelSet.metricNameLabel && $0.operation == .equal }
        let others = matchers.filter { $0 != name }.map(\.description)
        return (name?.value ?? "") + (others.isEmpty ? "" : "{\(others.joined(separator: ", "))}")
    }
}

extension Rule {
    var isAlert: Bool {
        if case .alerting = self { true } else { false }
    }
}
