/// `expression[1h:5m]`
struct Subquery: Hashable, Sendable {
    var expression: Expression
    /// How far the range reaches back.
    var length: DurationExpression
    /// `nil` stands for the engine's default step.
    var step: DurationExpression?
    var shift = TimeShift()
    /// Up to the last modifier.
    var range: SourceRange
}
