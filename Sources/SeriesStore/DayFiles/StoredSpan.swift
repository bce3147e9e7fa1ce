/// What one file of a store holds.
enum StoredSpan: Hashable, Comparable, Sendable {
    /// The samples of a day.
    case day(Day)
    /// The summaries of a month.
    case month(Month, Resolution)

    /// Reads `series-2026-08-20.sqlite` and `series-2026-08-5m.sqlite`; `nil` for other names.
    init?(fileName: String) {
        if let day = Day(fileName: fileName) {
            self = .day(day)
            return
        }
        guard fileName.hasPrefix("series-"), fileName.hasSuffix(".sqlite") else { return nil }
        let key = fileName.dropFirst(7).dropLast(7)
        guard key.count > 8, let month = Month(key.prefix(7)), key.dropFirst(7).first == "-",
            let resolution = Resolution(rawValue: String(key.dropFirst(8)))
        else { return nil }
        self = .month(month, resolution)
    }

    var fileName: String {
        switch self {
        case .day(let day): day.fileName
        case .month(let month, let resolution): "series-\(month.text)-\(resolution.rawValue).sqlite"
        }
    }

    var days: ClosedRange<Day> {
        switch self {
        case .day(let day): day...day
        case .month(let month, _): month.days
        }
    }

    /// The first millisecond.
    var start: Int64 { days.lowerBound.start }
    /// The last millisecond.
    var end: Int64 { days.upperBound.end }

    var isMonth: Bool {
        switch self {
        case .day: false
        case .month: true
        }
    }

    /// Days first, since what leaves a day file is in a month file before.
    static func < (left: StoredSpan, right: StoredSpan) -> Bool {
        (left.rank, left.start) < (right.rank, right.start)
    }

    // MARK: - Private

    private var rank: Int64 {
        switch self {
        case .day: 0
        case .month(_, let resolution): resolution.milliseconds
        }
    }
}
