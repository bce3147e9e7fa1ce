/// Which files go: pure, so that a wrong clock can be tried.
enum ExpiredFiles {
    /// Up to where the present is believed, in ms since 1970; `nil` when there is nothing to go by.
    ///
    /// A clock that jumped ahead must not cost what is kept: it makes one day file of its own, so time is only believed as far as the
    /// newest day but one reaches. After a pause nothing is deleted until the second day.
    static func believedNow(_ now: Int64, _ days: [Day]) -> Int64? {
        guard days.count > 1 else { return nil }
        return min(now, days.sorted()[days.count - 2].end + Day.milliseconds)
    }

    /// Days that ended before the present less `retention` (ms).
    static func of(_ days: [Day], now: Int64, retention: Int64) -> [Day] {
        guard let now = believedNow(now, days) else { return [] }
        return days.filter { $0.end < now - retention }.sorted()
    }

    /// The files that go first as long as all together need more than `limit` bytes: the oldest, of equal age those of days. The two newest
    /// days and the newest month of each resolution stay. Files of the coarsest resolution go when nothing else is left: they are small.
    static func of(_ files: [(span: StoredSpan, bytes: Int)], limit: Int) -> [StoredSpan] {
        var total = files.reduce(0) { $0 + $1.bytes }
        let newest = newestOfEachKind(files.map(\.span))
        let candidates = files.filter { !newest.contains($0.span) }.sorted { left, right in
            let (late, early) = (isCoarsest(left.span), isCoarsest(right.span))
            return late == early ? (left.span.end, left.span) < (right.span.end, right.span) : early
        }
        var expired: [StoredSpan] = []
        for file in candidates where total > limit {
            total -= file.bytes
            expired.append(file.span)
        }
        return expired
    }

    // MARK: - Private

    private static func newestOfEachKind(_ spans: [StoredSpan]) -> Set<StoredSpan> {
        var days: [Day] = []
        var months: [Resolution: Month] = [:]
        for span in spans {
            switch span {
            case .day(let day): days.append(day)
            case .month(let month, let resolution): months[resolution] = max(month, months[resolution] ?? month)
            }
        }
        return Set(days.sorted().suffix(2).map { .day($0) } + months.map { .month($0.value, $0.key) })
    }

    private static func isCoarsest(_ span: StoredSpan) -> Bool {
        switch span {
        case .day: false
        case .month(_, let resolution): resolution == Resolution.allCases.max()
        }
    }
}
