import PostwatchModel

/// A UTC month, counted from January of the year 0.
struct Month: Hashable, Comparable, Sendable {
    let number: Int64

    init(containing day: Day) {
        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days: years begin in March.
        let shifted = day.number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        number = (era * 400 + yearOfEra) * 12 + (5 * dayOfYear + 2) / 153 + 2
    }

    /// Reads `2026-08`; `nil` for other texts.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count == 7, let start = Timestamp(rfc3339: "\(text)-01T00:00:00Z") else { return nil }
        self.init(containing: Day(containing: start.milliseconds))
    }

    /// `2026-08`
    var text: String { String(Timestamp(milliseconds: days.lowerBound.start).utcDay.prefix(7)) }
    var days: ClosedRange<Day> { Day(number: Self.firstDay(of: number))...Day(number: Self.firstDay(of: number + 1) - 1) }

    static func < (left: Month, right: Month) -> Bool {
        left.number < right.number
    }

    // MARK: - Private

    /// The same source, days_from_civil.
    private static func firstDay(of number: Int64) -> Int64 {
        let shifted = number - 2
        let year = (shifted >= 0 ? shifted : shifted - 11) / 12
        let month = shifted - year * 12
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + (153 * month + 2) / 5 - 719_468
    }
}
