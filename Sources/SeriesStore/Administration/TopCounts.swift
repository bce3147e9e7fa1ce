/// Keeps the keys with the largest counts out of many: nearly all of them cost one comparison.
struct TopCounts<Key> {
    private let limit: Int
    private var kept: [(key: Key, count: Int)] = []
    /// Nothing at or below this can still be among the largest.
    private var threshold = 0

    init(limit: Int) {
        self.limit = max(limit, 0)
        if limit < 1 { threshold = .max }
    }

    /// Of equal counts those that came first stay. A count of zero is never kept.
    @inline(__always)
    mutating func offer(_ key: Key, _ count: Int) {
        if count <= threshold { return }
        kept.append((key, count))
        if kept.count >= 2 * limit { cut() }
    }

    /// Largest first.
    consuming func sorted() -> [(key: Key, count: Int)] {
        cut()
        return kept
    }

    // MARK: - Private

    private mutating func cut() {
        // Swift's sort is stable.
        kept.sort { $0.count > $1.count }
        guard kept.count >= limit, let last = kept.prefix(limit).last else { return }
        kept.removeSubrange(limit...)
        threshold = last.count
    }
}
