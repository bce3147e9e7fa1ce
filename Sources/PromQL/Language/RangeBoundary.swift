/// How a range is made to reach from end to end where no sample lies on its ends.
/// Source: Prometheus documentation, "Feature flags", "Extended range selectors".
enum RangeBoundary: String, Hashable, Sendable {
    /// The last samples at or before both ends stand for the values there.
    case anchored
    /// The values at both ends are interpolated between the samples around them.
    case smoothed
}
