import PostwatchModel

/// The samples of one series in a left-open range `(start, end]`, for one step, without stale markers; with a `RangeBoundary` also some
/// before and behind it. Never empty. Valid while the series is looked at.
struct Window {
    /// Of `values`: milliseconds, rising.
    let timestamps: UnsafeBufferPointer<Int64>
    let values: UnsafeBufferPointer<Double>
    /// Native histograms, oldest first. Most series have none.
    let histograms: UnsafeBufferPointer<HistogramPoint>
    /// Length of the range, milliseconds.
    let length: Int64
    /// The end of the range: the step's time, shifted.
    let end: Int64
    /// The step's time itself.
    let evaluatedAt: Int64

    /// How many values there are.
    var count: Int { values.count }
    var start: Int64 { end - length }
    var hasHistograms: Bool { !histograms.isEmpty }
    var isMixed: Bool { !histograms.isEmpty && !values.isEmpty }
}
