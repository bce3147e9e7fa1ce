/// One row of the table `blocks`, ready to be stored.
struct BlockRow: Sendable {
    var run: Int64
    var level: Int
    /// Times of the first and the last sample, ms since 1970.
    var first: Int64
    var last: Int64
    var firstMetric: [UInt8]
    var lastMetric: [UInt8]
    var series: Int
    var samples: Int
    /// Sealed.
    var labels: [UInt8]
    /// Sealed.
    var data: [UInt8]
}
