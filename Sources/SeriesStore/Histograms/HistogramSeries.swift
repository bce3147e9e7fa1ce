import PostwatchModel

/// The native histograms of one series on their way to or from a day file.
struct HistogramSeries: Sendable {
    var labels: LabelSet
    /// Not empty.
    var columns: HistogramColumns
}
