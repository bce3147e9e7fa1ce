import PostwatchModel

extension PromQLQuery {
    /// The expression with its durations computed for a query of that step and length, both 0 for an instant query.
    /// Throws `PromQLFault` when a duration has no value, or a range or step is not longer than 0.
    func expression(step: Duration, length: Duration) throws(PromQLFault) -> Expression {
        let surroundings = DurationExpression.Surroundings(step: step.seconds, range: length.seconds)
        do {
            return try expression.resolvingDurations(in: surroundings)
        } catch {
            throw PromQLFault(
                SourcePosition(offset: error.range.start, in: Array(text.utf8)), error.reason, expected: "a duration longer than 0")
        }
    }
}
