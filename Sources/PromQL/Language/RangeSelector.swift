/// `metric{label="x"}[5m]`
struct RangeSelector: Hashable, Sendable {
    /// Its shift and boundary are those of the range.
    var selector: VectorSelector
    /// How far the range reaches back.
    var length: DurationExpression
    /// Up to the last modifier.
    var range: SourceRange
}
