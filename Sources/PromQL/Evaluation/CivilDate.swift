/// A moment as days since the epoch and the second of the day, in the proleptic Gregorian calendar.
struct CivilDate: Hashable, Sendable {
    /// Days since 1970-01-01; may be negative.
    let day: Int
    /// `0 ..< 86_400`
    let second: Int

    /// `nil` when the moment is not a number or some ten thousand million years away.
    init?(seconds: Double) {
        guard seconds.isFinite, abs(seconds) < 3e17 else { return nil }
        // Whole seconds are cut off towards zero, as Go does.
        let whole = Int(seconds)
        day = whole >= 0 ? whole / 86_400 : -((86_399 - whole) / 86_400)
        second = whole - day * 86_400
    }

    /// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms": years of 400-year eras that begin in March.
    var date: (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// Days from the epoch to the first of a month.
    static func days(toYear year: Int, month: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
