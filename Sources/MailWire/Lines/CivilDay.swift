/// Days of the Gregorian calendar as numbers.
enum CivilDay {
    /// Days since 1 January 1970, by Howard Hinnant's `days_from_civil`: eras of 400 years, of which each starts on 1 March.
    /// - Parameters:
    ///   - year: 1 or later.
    ///   - month: 1…12.
    static func number(year: Int, month: Int, day: Int) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = (shifted / 400, shifted % 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return Int64(era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468)
    }

    /// 1 for `January`, `jan` or any word that begins so; `nil` for anything else.
    static func month(_ word: some StringProtocol) -> Int? { months.firstIndex(of: word.prefix(3).lowercased()).map { $0 + 1 } }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
}
