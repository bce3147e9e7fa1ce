/// The series that the pages of one target held, by their bytes as written, with the labels that they have in the end.
///
/// Pages mostly hold the same series in the same order: each series names the one that followed it the last time, so that a usual page
/// is compared, not searched.
struct KnownSeries {
    struct Entry {
        /// Of `bytes`.
        var textStart: Int
        var textCount: Int32
        /// Of `bytes`. None: a rule drops the series.
        var labelsCount: Int32
        var labelsStart: Int
        var hash: UInt32
        /// The number of the page that held it last.
        var page: UInt32
        /// The entry that followed on the page before.
        var next: Int32
        /// It had no time of its own the last time, or such series get stale markers too.
        var isTracked: Bool
        /// It has a value that a stale marker would have to end.
        var isLive: Bool
        /// Its last value was a native histogram.
        var isHistogram: Bool
        /// It was absent from the last page that was read as a whole.
        var isGone: Bool
        /// It was counted as added.
        var isAnnounced: Bool

        var isDropped: Bool { labelsCount == 0 }

        @inline(__always)
        func text(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(rebasing: bytes[textStart..<(textStart + Int(textCount))])
        }

        @inline(__always)
        func labels(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(rebasing: bytes[labelsStart..<(labelsStart + Int(labelsCount))])
        }
    }

    var entries: ContiguousArray<Entry> = []
    private(set) var bytes: [UInt8] = []
    /// Open addressing: numbers of entries, -1 where there is none. A power of two, at most half full.
    private var table: [Int32] = []

    /// The number of the series with these bytes, or `nil`.
    func find(_ series: UnsafeRawBufferPointer) -> Int? {
        guard !table.isEmpty else { return nil }
        let hash = Self.hash(series)
        var slot = Int(hash) & (table.count - 1)
        while table[slot] >= 0 {
            let index = Int(table[slot])
            if entries[index].hash == hash, withText(of: index, { $0.elementsEqual(series) }) { return index }
            slot = (slot + 1) & (table.count - 1)
        }
        return nil
    }

    /// Adds a series that is not known. No labels: a rule drops it.
    mutating func add(_ series: UnsafeRawBufferPointer, labels: [UInt8]) -> Int {
        if (entries.count + 1) * 2 > table.count { growTable() }
        let textStart = bytes.count
        bytes += series
        let labelsStart = bytes.count
        bytes += labels
        let entry = Entry(
            textStart: textStart, textCount: Int32(series.count), labelsCount: Int32(labels.count), labelsStart: labelsStart,
            hash: Self.hash(series), page: 0, next: Int32(entries.count + 1), isTracked: false, isLive: false,
            isHistogram: false, isGone: true, isAnnounced: false)
        entries.append(entry)
        enter(entries.count - 1)
        return entries.count - 1
    }

    @inline(__always)
    func withText<Result>(of index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let entry = entries[index]
        return bytes.withUnsafeBytes { body(entry.text(in: $0)) }
    }

    @inline(__always)
    func withLabels<Result>(of index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let entry = entries[index]
        return bytes.withUnsafeBytes { body(entry.labels(in: $0)) }
    }

    /// Forgets series that are gone, once they are many.
    mutating func forgetGone() {
        let gone = entries.reduce(0) { $0 + ($1.isGone ? 1 : 0) }
        guard gone > 64, gone > entries.count / 4 else { return }
        var kept = KnownSeries()
        for index in entries.indices where !entries[index].isGone {
            let labels = withLabels(of: index) { Array($0) }
            let old = entries[index]
            let number = withText(of: index) { kept.add($0, labels: labels) }
            kept.entries[number].page = old.page
            kept.entries[number].isLive = old.isLive
            kept.entries[number].isTracked = old.isTracked
            kept.entries[number].isHistogram = old.isHistogram
            kept.entries[number].isGone = false
            kept.entries[number].isAnnounced = true
        }
        self = kept
    }

    // MARK: - Private

    private mutating func growTable() {
        table = Array(repeating: -1, count: max(64, table.count * 2))
        for index in entries.indices { enter(index) }
    }

    private mutating func enter(_ index: Int) {
        var slot = Int(entries[index].hash) & (table.count - 1)
        while table[slot] >= 0 { slot = (slot + 1) & (table.count - 1) }
        table[slot] = Int32(index)
    }

    /// Seeded anew in each process: a page made to be nasty cannot aim at one slot.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var hasher = Hasher()
        hasher.combine(bytes: bytes)
        return UInt32(truncatingIfNeeded: hasher.finalize())
    }
}
