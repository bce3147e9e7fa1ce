import PostwatchModel

/// Samples of one series, oldest first, each timestamp once.
struct SampleColumns: Sendable {
    private(set) var timestamps: [Int64] = []
    private(set) var values: [Double] = []

    init() {}

    /// Trusts the caller: `timestamps` must rise strictly, and both columns have the same length.
    init(timestamps: [Int64], values: [Double]) {
        precondition(timestamps.count == values.count)
        self.timestamps = timestamps
        self.values = values
    }

    var isEmpty: Bool { timestamps.isEmpty }
    var count: Int { timestamps.count }

    func value(at timestamp: Int64) -> Double? {
        guard let last = timestamps.last, timestamp <= last else { return nil }
        let index = lowerBound(timestamp)
        return timestamps[index] == timestamp ? values[index] : nil
    }

    /// `timestamp` must be behind the last one.
    @inline(__always)
    mutating func append(_ timestamp: Int64, _ value: Double) {
        timestamps.append(timestamp)
        values.append(value)
    }

    mutating func removeAll() {
        timestamps.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }

    /// The caller has made sure that there is no sample at `timestamp` yet.
    mutating func insert(_ timestamp: Int64, _ value: Double) {
        guard let last = timestamps.last, timestamp <= last else {
            timestamps.append(timestamp)
            values.append(value)
            return
        }
        let index = lowerBound(timestamp)
        timestamps.insert(timestamp, at: index)
        values.insert(value, at: index)
    }

    /// Takes in the samples of `later` at times that have none yet.
    mutating func merge(_ later: SampleColumns) {
        guard let first = later.timestamps.first, let last = timestamps.last else {
            if isEmpty { self = later }
            return
        }
        if first > last {
            timestamps += later.timestamps
            values += later.values
            return
        }
        var merged = SampleColumns()
        merged.timestamps.reserveCapacity(count + later.count)
        merged.values.reserveCapacity(count + later.count)
        var own = 0
        var other = 0
        while own < count || other < later.count {
            let takesOwn = other == later.count || (own < count && timestamps[own] <= later.timestamps[other])
            if takesOwn {
                if other < later.count && timestamps[own] == later.timestamps[other] { other += 1 }
                merged.timestamps.append(timestamps[own])
                merged.values.append(values[own])
                own += 1
            } else {
                merged.timestamps.append(later.timestamps[other])
                merged.values.append(later.values[other])
                other += 1
            }
        }
        self = merged
    }

    /// The samples in `start ... end`.
    func slice(from start: Int64, through end: Int64) -> SampleColumns {
        guard start <= end else { return SampleColumns() }
        let lower = lowerBound(start)
        let upper = end == .max ? count : lowerBound(end + 1)
        if lower == 0 && upper == count { return self }
        return SampleColumns(timestamps: Array(timestamps[lower..<upper]), values: Array(values[lower..<upper]))
    }

    /// With 1 for each value that is no stale marker.
    var countingEach: SampleColumns {
        SampleColumns(timestamps: timestamps, values: values.map { Sample.isStaleMarker($0) ? $0 : 1 })
    }

    /// The samples at other times than these.
    func without(_ times: Set<Int64>) -> SampleColumns {
        if times.isEmpty || !timestamps.contains(where: times.contains) { return self }
        var rest = SampleColumns()
        for index in timestamps.indices where !times.contains(timestamps[index]) { rest.append(timestamps[index], values[index]) }
        return rest
    }

    mutating func removeAll(before timestamp: Int64) {
        let index = lowerBound(timestamp)
        if index == 0 { return }
        timestamps.removeFirst(index)
        values.removeFirst(index)
    }

    mutating func removeAll(from start: Int64, through end: Int64) {
        guard start <= end else { return }
        let lower = lowerBound(start)
        let upper = end == .max ? count : lowerBound(end + 1)
        timestamps.removeSubrange(lower..<upper)
        values.removeSubrange(lower..<upper)
    }

    // MARK: - Private

    /// The first index whose timestamp is at or behind `timestamp`.
    private func lowerBound(_ timestamp: Int64) -> Int {
        var lower = 0
        var upper = timestamps.count
        while lower < upper {
            let middle = (lower + upper) / 2
            if timestamps[middle] < timestamp { lower = middle + 1 } else { upper = middle }
        }
        return lower
    }
}
