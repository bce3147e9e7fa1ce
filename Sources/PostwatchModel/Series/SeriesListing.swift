/// Lists series without their samples: the port between the series store and whoever shows what there is.
///
/// Each of `selectors` is a list of matchers that a series must satisfy all of; a series counts when it satisfies one of them. Without
/// selectors every series counts. A series is in a time range when it has a sample there, or may have one: where samples are kept in
/// larger pieces, those are not looked into.
public protocol SeriesListing: Sendable {
    /// In the order of their labels, at most `limit` of them.
    func series(_ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?) async throws -> [LabelSet]

    /// The names of their labels, sorted, at most `limit` of them.
    func labelNames(_ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?) async throws -> [String]

    /// The values of their label `name`, sorted, at most `limit` of them.
    func labelValues(
        of name: String, _ selectors: [[LabelMatcher]], from start: Timestamp, through end: Timestamp, limit: Int?
    ) async throws -> [String]
}
