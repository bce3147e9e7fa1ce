import ExpositionFormat
import PostwatchModel

/// What a store would hold after requests, for comparison.
struct ScrapedSeries {
    /// The last value of each series that has not ended.
    private(set) var live: [String: Double] = [:]
    /// All samples, by series: milliseconds and value.
    private(set) var samples: [String: [Int64: Double]] = [:]
    /// As text: `series: labels value @milliseconds`.
    private(set) var exemplars: Set<String> = []
    private var latest: [String: Int64] = [:]

    mutating func add(_ request: [UInt8]) throws {
        let decoded = try RemoteWriteRequest(decoding: request)
        for series in decoded.series {
            let labels = "\(LabelSet(series.labels.map { ($0.name, $0.value) }))"
            // Of two samples at one time the first stays.
            for point in series.points where latest[labels].map({ point.timestamp > $0 }) ?? true {
                latest[labels] = point.timestamp
                if Sample.isStaleMarker(point.value) {
                    live[labels] = nil
                } else {
                    live[labels] = point.value
                    samples[labels, default: [:]][point.timestamp] = point.value
                }
            }
        }
        var columns = RemoteWriteColumns()
        try request.withUnsafeBytes { bytes in
            try columns.scan(bytes)
            for exemplar in columns.exemplars {
                let labels = decoded.series[exemplar.series].labels
                let read = try RemoteWriteExemplar(decoding: UnsafeRawBufferPointer(rebasing: bytes[exemplar.message]))
                exemplars.insert(
                    "\(LabelSet(labels.map { ($0.name, $0.value) })): \(LabelSet(read.labels.map { ($0.name, $0.value) })) "
                        + "\(read.point.value) @\(read.point.timestamp)")
            }
        }
    }
}
