import PostwatchModel

/// What memory holds of the native histograms of one series, in any order in which they came.
struct HistogramSamples: Sendable {
    /// The time of the newest one that ever came in; `.min` before the first.
    private(set) var newest = Int64.min
    /// In a day file.
    private var kept = HistogramColumns()
    /// Being written to a day file.
    private var flushing = HistogramColumns()
    /// Only in the journal.
    private var pending = HistogramColumns()

    var isEmpty: Bool { kept.isEmpty && flushing.isEmpty && pending.isEmpty }
    var count: Int { kept.count + flushing.count + pending.count }
    var pendingCount: Int { flushing.count + pending.count }

    /// The time of the oldest one.
    var oldest: Int64? { [kept, flushing, pending].compactMap(\.first).min() }

    func histogram(at timestamp: Int64) -> NativeHistogram? {
        if timestamp > newest { return nil }
        return pending.histogram(at: timestamp) ?? flushing.histogram(at: timestamp) ?? kept.histogram(at: timestamp)
    }

    /// The caller has made sure that there is none at its time yet.
    mutating func insert(_ point: HistogramPoint) {
        newest = max(newest, point.timestamp)
        pending.insert(point)
    }

    /// Those in `start ... end`; before `floor` only what is in no day file.
    func columns(from start: Int64, through end: Int64, floor: Int64) -> HistogramColumns {
        var columns = end < floor ? HistogramColumns() : kept.slice(from: max(start, floor), through: end)
        columns.merge(flushing.slice(from: start, through: end))
        columns.merge(pending.slice(from: start, through: end))
        return columns
    }

    /// What is to be written.
    mutating func beginFlush() -> HistogramColumns {
        flushing.merge(pending)
        pending = HistogramColumns()
        return flushing
    }

    mutating func endFlush(isWritten: Bool) {
        if isWritten {
            kept.merge(flushing)
        } else {
            flushing.merge(pending)
            pending = flushing
        }
        flushing = HistogramColumns()
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
