/// Which day files go: pure, so that a wrong clock can be tried.
enum ExpiredDays {
    /// Days that ended before `moment` (ms since 1970), which is the present less `retention` (ms).
    ///
    /// A clock that jumped ahead must not cost what is kept: it makes one day file of its own, so time is only believed as far as the
    /// newest day but one reaches. After a pause nothing is deleted until the second day.
    static func of(_ days: [Day], now: Int64, retention: Int64) -> [Day] {
        guard days.count > 1 else { return [] }
        let sorted = days.sorted()
        let believed = min(now, sorted[sorted.count - 2].end + Day.milliseconds)
        return sorted.filter { $0.end < believed - retention }
    }

    /// The oldest days, as long as all together need more than `limit` bytes. The two newest stay.
    static func of(_ days: [(day: Day, bytes: Int)], limit: Int) -> [Day] {
        var rest = days.sorted { $0.day < $1.day }[...]
        var total = rest.reduce(0) { $0 + $1.bytes }
        var expired: [Day] = []
        while rest.count > 2, total > limit {
            let oldest = rest.removeFirst()
            total -= oldest.bytes
            expired.append(oldest.day)
        }
        return expired
    }
}
