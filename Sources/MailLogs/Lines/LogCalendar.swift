/// What a log does not say about its times: the year, and where local time stands.
public struct LogCalendar: Sendable {
    /// Roughly when the newest line was written, in seconds since 1970-01-01T00:00:00Z: the present, or the time of the file.
    public var reference: Int64
    /// How far local time is ahead of UTC at a moment given in seconds since 1970-01-01T00:00:00Z; in seconds, east is positive.
    public var utcOffset: @Sendable (_ moment: Int64) -> Int64

    /// - Parameter utcOffset: Default: local time is UTC.
    public init(reference: Int64, utcOffset: @escaping @Sendable (_ moment: Int64) -> Int64 = { _ in 0 }) {
        self.reference = reference
        self.utcOffset = utcOffset
    }

    /// The latest moment with this local month, day and time that is no more than a day ahead of the reference. `nil` when there is no
    /// such day in any of the last eight years.
    /// - Parameter secondOfDay: `0 ... 86400`; the last is a leap second.
    func moment(month: Int, day: Int, secondOfDay: Int64) -> Int64? {
        let latest = Self.year(ofDay: Self.floored(bounded &+ 172_800, by: 86_400))
        for year in stride(from: latest, through: latest - 8, by: -1) where Self.isDate(year: year, month: month, day: day) {
            let local = Self.dayNumber(year: year, month: month, day: day) * 86_400 + secondOfDay
            let moment = utc(of: local)
            if moment - 86_400 <= bounded { return moment }
        }
        return nil
    }

    /// The moment at which local clocks show `local`, which is given as if it were UTC.
    func utc(of local: Int64) -> Int64 {
        // The offset depends on the moment, which depends on the offset: the second look is right but within an hour of a change.
        let first = local &- utcOffset(local)
        return local &- utcOffset(first)
    }

    static func isDate(year: Int, month: Int, day: Int) -> Bool {
        guard (1...12).contains(month), day >= 1 else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
        return day <= days
    }

    /// Days since 1970-01-01 in the Gregorian calendar.
    static func dayNumber(year: Int, month: Int, day: Int) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = floored(Int64(shifted), by: 400)
        let yearOfEra = Int64(shifted) - era * 400
        let dayOfYear = Int64((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1)
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    // MARK: - Private

    /// Kept to years 0 to 9999, so that nothing overflows.
    private var bounded: Int64 { min(max(reference, -62_135_596_800), 253_402_300_799) }

    private static func floored(_ value: Int64, by divisor: Int64) -> Int64 {
        value / divisor - (value % divisor < 0 ? 1 : 0)
    }

    private static func year(ofDay day: Int64) -> Int {
        let shifted = day + 719_468
        let era = floored(shifted, by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        return Int(yearOfEra + era * 400) + (dayOfYear >= 306 ? 1 : 0)
    }
}
