import PostwatchModel

/// Native histograms of one series with their times, oldest first: how memory holds a few of them, and day files many.
/// The layout is in `docs/formats/series-day-file.md`.
struct HistogramChunk: Sendable {
    private(set) var count = 0
    private(set) var first: Int64 = 0
    private(set) var last: Int64 = 0
    /// Without the number of points.
    private(set) var bytes: [UInt8] = []

    init() {}

    /// - Parameter points: at strictly rising times.
    init(_ points: some Sequence<HistogramPoint>) {
        var previous: NativeHistogram?
        for point in points {
            append(point, after: previous)
            previous = point.histogram
        }
    }

    /// Reads what `encoded` gave, to its last byte; `nil` when it is no chunk.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> [HistogramPoint]? {
        var reader = BlobReader(bytes)
        // Time and flags: two bytes at least.
        guard let count = reader.count(upTo: reader.remaining / 2), count > 0, let points = read(count, from: &reader),
            reader.remaining == 0
        else { return nil }
        return points
    }

    /// As it stands in a day file.
    var encoded: [UInt8] {
        var encoded: [UInt8] = []
        Varint.append(UInt64(count), to: &encoded)
        return encoded + bytes
    }

    var points: [HistogramPoint] {
        bytes.withUnsafeBytes { bytes in
            var reader = BlobReader(bytes)
            guard let points = Self.read(count, from: &reader) else { preconditionFailure("A chunk in memory is what was written") }
            return points
        }
    }

    /// Adds a point behind the last one.
    /// - Parameter previous: the histogram of the last point; `nil` when there is none.
    mutating func append(_ point: HistogramPoint, after previous: NativeHistogram?) {
        if count == 0 {
            first = point.timestamp
            Varint.append(signed: point.timestamp, to: &bytes)
        } else {
            precondition(point.timestamp > last, "Times rise")
            Varint.append(UInt64(bitPattern: point.timestamp &- last), to: &bytes)
        }
        HistogramStream.append(point.histogram, after: previous, to: &bytes)
        last = point.timestamp
        count += 1
    }

    // MARK: - Private

    private static func read(_ count: Int, from reader: inout BlobReader) -> [HistogramPoint]? {
        var points: [HistogramPoint] = []
        points.reserveCapacity(count)
        var previous: HistogramPoint?
        for _ in 0..<count {
            var timestamp: Int64
            if let previous {
                guard let step = reader.varint(), step > 0 else { return nil }
                timestamp = previous.timestamp &+ Int64(bitPattern: step)
                guard timestamp > previous.timestamp else { return nil }
            } else {
                guard let first = reader.signed() else { return nil }
                timestamp = first
            }
            guard let histogram = HistogramStream.read(after: previous?.histogram, from: &reader) else { return nil }
            let point = HistogramPoint(timestamp: timestamp, histogram: histogram)
            points.append(point)
            previous = point
        }
        return points
    }
}
