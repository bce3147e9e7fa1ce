import PostwatchModel

/// Native histograms of one series, oldest first, each time once, in short compressed chunks.
struct HistogramColumns: Sendable {
    /// A point in the middle is found, added or taken out by writing so many anew.
    private static let pointsPerChunk = 16

    /// In the order of time, without overlap, none empty.
    private var chunks: [HistogramChunk] = []
    private(set) var count = 0

    init() {}

    /// - Parameter points: at strictly rising times.
    init(_ points: [HistogramPoint]) {
        append(points)
    }

    var isEmpty: Bool { chunks.isEmpty }
    var first: Int64? { chunks.first?.first }
    var last: Int64? { chunks.last?.last }

    func histogram(at timestamp: Int64) -> NativeHistogram? {
        guard let last, timestamp <= last else { return nil }
        let index = chunkIndex(reaching: timestamp)
        guard index < chunks.count, chunks[index].first <= timestamp else { return nil }
        return chunks[index].points.first { $0.timestamp == timestamp }?.histogram
    }

    /// All of them in `start ... end`, unpacked.
    func points(from start: Int64 = .min, through end: Int64 = .max) -> [HistogramPoint] {
        var points: [HistogramPoint] = []
        for chunk in chunks[chunkIndex(reaching: start)...] {
            if chunk.first > end { break }
            if chunk.first >= start && chunk.last <= end {
                points += chunk.points
            } else {
                points += chunk.points.filter { start <= $0.timestamp && $0.timestamp <= end }
            }
        }
        return points
    }

    /// The caller has made sure that there is none at its time yet.
    mutating func insert(_ point: HistogramPoint) {
        count += 1
        guard let last, point.timestamp <= last else {
            append(point)
            return
        }
        let index = chunkIndex(reaching: point.timestamp)
        var points = chunks[index].points
        points.insert(point, at: points.firstIndex { $0.timestamp > point.timestamp } ?? points.count)
        chunks.replaceSubrange(index...index, with: Self.chunks(of: points))
    }

    /// Takes in those of `later` at times that have none yet.
    mutating func merge(_ later: HistogramColumns) {
        guard let last, let first = later.first else {
            if isEmpty { self = later }
            return
        }
        if first > last {
            chunks += later.chunks
            count += later.count
            return
        }
        self = HistogramColumns(points().merging(later.points()))
    }

    func slice(from start: Int64, through end: Int64) -> HistogramColumns {
        guard let first, let last, first < start || last > end else { return self }
        var slice = HistogramColumns()
        for chunk in chunks where chunk.first <= end && chunk.last >= start {
            if chunk.first >= start && chunk.last <= end {
                slice.add([chunk])
            } else {
                slice.add(Self.chunks(of: chunk.points.filter { start <= $0.timestamp && $0.timestamp <= end }))
            }
        }
        return slice
    }

    mutating func removeAll(before timestamp: Int64) {
        guard let first, first < timestamp else { return }
        self = slice(from: timestamp, through: .max)
    }

    mutating func removeAll(from start: Int64, through end: Int64) {
        guard let first, let last, first <= end, last >= start else { return }
        var rest = HistogramColumns()
        for chunk in chunks {
            if chunk.last < start || chunk.first > end {
                rest.add([chunk])
            } else if chunk.first < start || chunk.last > end {
                rest.add(Self.chunks(of: chunk.points.filter { $0.timestamp < start || $0.timestamp > end }))
            }
        }
        self = rest
    }

    // MARK: - Private

    /// The first chunk that ends at or behind `timestamp`; the number of chunks when there is none.
    private func chunkIndex(reaching timestamp: Int64) -> Int {
        var lower = 0
        var upper = chunks.count
        while lower < upper {
            let middle = (lower + upper) / 2
            if chunks[middle].last < timestamp { lower = middle + 1 } else { upper = middle }
        }
        return lower
    }

    private mutating func append(_ point: HistogramPoint) {
        let open = chunks.count - 1
        if open >= 0, chunks[open].count < Self.pointsPerChunk {
            let previous = chunks[open].points.last?.histogram
            chunks[open].append(point, after: previous)
        } else {
            chunks.append(HistogramChunk([point]))
        }
    }

    private mutating func append(_ points: [HistogramPoint]) {
        add(Self.chunks(of: points))
    }

    private mutating func add(_ more: [HistogramChunk]) {
        chunks += more
        for chunk in more { count += chunk.count }
    }

    private static func chunks(of points: [HistogramPoint]) -> [HistogramChunk] {
        stride(from: 0, to: points.count, by: pointsPerChunk).map {
            HistogramChunk(points[$0..<min($0 + pointsPerChunk, points.count)])
        }
    }
}

extension [HistogramPoint] {
    /// With those of `later` at times that have none yet. Both in the order of time.
    func merging(_ later: [HistogramPoint]) -> [HistogramPoint] {
        guard let first = later.first, let last, first.timestamp <= last.timestamp else { return self + later }
        var merged: [HistogramPoint] = []
        merged.reserveCapacity(count + later.count)
        var other = later[...]
        for point in self {
            while let next = other.first, next.timestamp < point.timestamp { merged.append(other.removeFirst()) }
            if other.first?.timestamp == point.timestamp { other.removeFirst() }
            merged.append(point)
        }
        return merged + other
    }
}
