import PostwatchModel
import PromQL

extension QueryEngine {
    /// Asks what a tracker observes: the rule's query at `moment`, looked at `offset` earlier.
    public func outcome(
        of rule: Rule, at moment: Timestamp, offset: Duration = .zero
    ) async -> Result<[VectorElement], RuleFailure> {
        do {
            let result = try await instant(rule.query, at: moment - offset)
            // Reading the file let only scalars and vectors pass.
            guard let elements = result.elements else { preconditionFailure("a rule yields a vector or a scalar") }
            return .success(elements)
        } catch {
            return .failure(.query(error))
        }
    }
}
