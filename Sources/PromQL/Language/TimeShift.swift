import PostwatchModel

/// The `offset` and `@` of a selector or subquery.
struct TimeShift: Hashable, Sendable {
    enum Anchor: Hashable, Sendable {
        case moment(Timestamp)
        /// `start()`
        case queryStart
        /// `end()`
        case queryEnd
    }

    /// How far to look back; negative looks ahead. `nil` for none, also when 0 was written.
    var offset: DurationExpression?
    var anchor: Anchor?
}
