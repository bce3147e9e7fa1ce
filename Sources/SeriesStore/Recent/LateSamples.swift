/// Samples of one series that came out of order: few, so they are kept as plain columns beside the compressed ones.
struct LateSamples: Sendable {
    /// In a day file.
    private(set) var kept = SampleColumns()
    /// Being written to a day file.
    private(set) var flushing = SampleColumns()
    /// Only in the journal.
    private(set) var pending = SampleColumns()

    var isEmpty: Bool { kept.isEmpty && flushing.isEmpty && pending.isEmpty }
    var count: Int { kept.count + flushing.count + pending.count }
    var pendingCount: Int { flushing.count + pending.count }

    /// The time of the oldest one.
    var oldest: Int64? { [kept, flushing, pending].compactMap(\.timestamps.first).min() }

    func value(at timestamp: Int64) -> Double? {
        pending.value(at: timestamp) ?? flushing.value(at: timestamp) ?? kept.value(at: timestamp)
    }

    /// The caller has made sure that there is no sample at `timestamp` yet.
    mutating func insert(_ timestamp: Int64, _ value: Double) {
        pending.insert(timestamp, value)
    }

    /// All that lie in `start ... end`.
    func columns(from start: Int64, through end: Int64) -> SampleColumns {
        var columns = kept.slice(from: start, through: end)
        columns.merge(flushing.slice(from: start, through: end))
        columns.merge(pending.slice(from: start, through: end))
        return columns
    }

    /// What is to be written.
    mutating func beginFlush() -> SampleColumns {
        flushing.merge(pending)
        pending = SampleColumns()
        return flushing
    }

    mutating func endFlush(isWritten: Bool) {
        if isWritten {
            kept.merge(flushing)
        } else {
            flushing.merge(pending)
            pending = flushing
        }
        flushing = SampleColumns()
    }

    mutating func forget(before floor: Int64) {
        kept.removeAll(before: floor)
    }

    /// Returns how many were taken out, and how many of them were pending.
    mutating func remove(from start: Int64, through end: Int64) -> (all: Int, pending: Int) {
        let before = (count, pendingCount)
        kept.removeAll(from: start, through: end)
        flushing.removeAll(from: start, through: end)
        pending.removeAll(from: start, through: end)
        return (before.0 - count, before.1 - pendingCount)
    }
}
