import PostwatchModel
import PromQL

/// What a condition is about: the query without its comparison, so that it yields an element for everything that is judged, be it well
/// or not. `disk_free / disk_size` of `disk_free / disk_size < 0.1`.
struct RuleSubject: Hashable, Sendable {
    let queries: [PromQLQuery]

    /// `nil` when the query compares nothing that can be named by itself.
    init?(of query: PromQLQuery) {
        queries = Self.alternatives(of: ConditionText(query.text)).compactMap { try? PromQLQuery($0) }
            .filter { $0.type == .instantVector }
        if queries.isEmpty { return nil }
    }

    // MARK: - Private

    /// Both sides of `or`; of `and` and `unless` the left side, which is the one that alerts are made of.
    private static func alternatives(of condition: ConditionText) -> [String] {
        if let parts = condition.split(at: ["or"]) { return parts.flatMap { alternatives(of: ConditionText($0)) } }
        if let parts = condition.split(at: ["and", "unless"]), let first = parts.first { return alternatives(of: ConditionText(first)) }
        if let comparison = condition.comparison {
            let sides = [comparison.left, comparison.right]
            return sides.first { (try? PromQLQuery($0))?.type == .instantVector }.map { [$0] } ?? []
        }
        if let inner = condition.withoutParentheses { return alternatives(of: ConditionText(inner)) }
        return [condition.text]
    }
}
