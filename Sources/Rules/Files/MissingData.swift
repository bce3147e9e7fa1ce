/// What it means for an alert that the data it is judged by are missing: the annotation `postwatch_missing`.
///
/// Data are missing when the condition no longer holds although nothing newer was measured than when it last did, or when one of the series
/// that told of it has ended or fallen silent.
public enum MissingData: String, Hashable, Sendable, Codable, CaseIterable {
    /// The alert ends, as in Prometheus. Default.
    case resolve
    /// The alert stays as it is until something newer says that all is well. Time without data does not count towards `for`.
    case keep
    /// Missing data count as the condition: an alert goes on, and one begins for whatever was measured before and no longer is.
    case alert
    /// As `keep`, and an alert of its own, named `NoData`, tells of whatever was measured before and no longer is.
    case nodata
}
