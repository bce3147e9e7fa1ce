/// The samples of one series in a left-open range `(start, end]`, for one step. Never empty.
struct Window {
    /// Milliseconds, rising.
    let timestamps: ArraySlice<Int64>
    let values: ArraySlice<Double>
    /// Length of the range, milliseconds.
    let length: Int64
    /// The end of the range: the step's time, shifted.
    let end: Int64
    /// The step's time itself.
    let evaluatedAt: Int64

    var count: Int { values.count }
    var start: Int64 { end - length }

    /// Counted from 0.
    func value(_ index: Int) -> Double { values[values.startIndex + index] }
    func time(_ index: Int) -> Int64 { timestamps[timestamps.startIndex + index] }
}
