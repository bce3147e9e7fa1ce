/// Looks after stored series: the port between the series store and its administration over HTTP.
public protocol SeriesAdministering: Sendable {
    /// - Parameter limit: the most entries of each list.
    func cardinality(limit: Int) async -> SeriesCardinality

    /// Deletes the samples in `start ... end` of series that satisfy all `matchers`. Returns once they are gone for good.
    func delete(_ matchers: [LabelMatcher], from start: Timestamp, through end: Timestamp) async throws

    /// Copies everything that is stored, while writing and reading go on. Returns the name of the copy once it is complete and durable.
    /// - Parameter skipsHead: leaves out what is in no day file yet.
    func snapshot(skipsHead: Bool) async throws -> String
}
