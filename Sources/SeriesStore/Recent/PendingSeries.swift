import PostwatchModel

/// The series that a flush is about, in the order in which day files hold them.
///
/// Refers to label bytes in memory, which stay where they are until memory forgets series: only a flush makes it do so, at its end.
struct PendingSeries: @unchecked Sendable {
    private(set) var numbers: ContiguousArray<UInt32> = []
    private var labels: ContiguousArray<UnsafeRawBufferPointer> = []
    /// The time of the newest sample of all.
    private(set) var newest = Int64.min

    var count: Int { numbers.count }
    var isEmpty: Bool { numbers.isEmpty }

    static func all(in memory: SharedRecentSamples) -> PendingSeries {
        struct Entry {
            let number: UInt32
            let metric: UnsafeRawBufferPointer
            let labels: UnsafeRawBufferPointer
        }
        var found = memory.withLock { recent in
            var found = PendingSeries()
            for number in recent.pendingNumbers() {
                found.numbers.append(number)
                found.labels.append(recent.labelBytes(of: number))
                found.newest = max(found.newest, recent.newest(of: number))
            }
            return found
        }
        var entries = zip(found.numbers, found.labels).map {
            Entry(number: $0, metric: LabelBytes.metricName(in: $1), labels: $1)
        }
        // As `LabelBytes.isOrdered`, with the metric of each looked for once.
        entries.sort { left, right in
            let metrics = LabelBytes.compare(left.metric, right.metric)
            return metrics == 0 ? LabelBytes.compare(left.labels, right.labels) < 0 : metrics < 0
        }
        found.numbers = ContiguousArray(entries.map(\.number))
        found.labels = ContiguousArray(entries.map(\.labels))
        return found
    }

    /// What is pending of a few series, in buffers that are used again for the next few.
    struct Samples: @unchecked Sendable {
        private var columns = SampleColumns()
        private var ends: [Int] = []
        private var labels: [UnsafeRawBufferPointer] = []
        private var late: [(UnsafeRawBufferPointer, SampleColumns)] = []
        /// Of each series, how many of its pending samples are in time order.
        private(set) var counts: [UInt32] = []

        mutating func take(_ pending: PendingSeries, _ part: Range<Int>, from recent: inout RecentSamples) {
            columns.removeAll()
            ends.removeAll(keepingCapacity: true)
            labels.removeAll(keepingCapacity: true)
            late.removeAll()
            counts.removeAll(keepingCapacity: true)
            for index in part {
                counts.append(recent.readPending(pending.numbers[index], into: &columns))
                ends.append(columns.count)
                labels.append(pending.labels[index])
                let others = recent.beginLateFlush(pending.numbers[index])
                if !others.isEmpty { late.append((pending.labels[index], others)) }
            }
        }

        /// Gives each series with its samples.
        func forEach(
            _ body: (UnsafeRawBufferPointer, UnsafeBufferPointer<Int64>, UnsafeBufferPointer<Double>) throws -> Void
        ) rethrows {
            var others = late[...]
            try columns.timestamps.withUnsafeBufferPointer { timestamps in
                try columns.values.withUnsafeBufferPointer { values in
                    var start = 0
                    for (labels, end) in zip(labels, ends) {
                        let (times, numbers) = (timestamps[start..<end], values[start..<end])
                        start = end
                        guard let first = others.first, LabelBytes.areEqual(first.0, labels) else {
                            try body(labels, UnsafeBufferPointer(rebasing: times), UnsafeBufferPointer(rebasing: numbers))
                            continue
                        }
                        others.removeFirst()
                        // As one: a series that comes twice would end its run of blocks.
                        var all = SampleColumns(timestamps: Array(times), values: Array(numbers))
                        all.merge(first.1)
                        try all.timestamps.withUnsafeBufferPointer { timestamps in
                            try all.values.withUnsafeBufferPointer { try body(labels, timestamps, $0) }
                        }
                    }
                }
            }
        }
    }
}
