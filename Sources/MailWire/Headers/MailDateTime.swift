/// A moment as headers have it: `Thu, 20 Aug 2026 10:00:00 +0200`. Source: RFC 5322, sections 3.3 and 4.3.
enum MailDateTime {
    /// Seconds since 1970-01-01T00:00:00Z; `nil` when it cannot be read, or is of a year before 1970 or behind 9999.
    static func seconds(_ text: some StringProtocol) -> Int64? {
        var words = String(text).split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "," }).map(String.init)
        if let first = words.first, first.first?.isLetter == true { words.removeFirst() }
        guard words.count >= 4, let day = number(words[0], 1...31), let month = months.firstIndex(of: words[1].prefix(3).lowercased()),
            let year = year(words[2]), let second = secondOfDay(words[3])
        else { return nil }
        let zone = words.count > 4 ? offset(words[4]) : 0
        return dayNumber(year: year, month: month + 1, day: day) * 86_400 + second - zone
    }

    // MARK: - Private

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    private static let namedZones = ["EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7]

    private static func number(_ text: some StringProtocol, _ range: ClosedRange<Int64>) -> Int64? {
        guard text.utf8.count <= 4, let value = Int64(text), range.contains(value) else { return nil }
        return value
    }

    /// Two digits are of the years from 1950 on. Source: section 4.3.
    private static func year(_ text: String) -> Int64? {
        guard let value = number(text, 0...9999) else { return nil }
        let year = text.count == 2 ? value + (value < 50 ? 2000 : 1900) : value
        return year >= 1970 ? year : nil
    }

    private static func secondOfDay(_ text: String) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, let hour = number(parts[0], 0...23), let minute = number(parts[1], 0...59),
            let second = parts.count == 3 ? number(parts[2], 0...60) : 0
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    /// East is positive. A zone that is not known counts as UTC.
    private static func offset(_ text: String) -> Int64 {
        guard let sign = text.first, sign == "+" || sign == "-" else { return Int64(namedZones[text.uppercased()] ?? 0) * 3600 }
        guard text.utf8.count == 5, let value = number(text.dropFirst(), 0...9999), value % 100 < 60 else { return 0 }
        return (value / 100 * 3600 + value % 100 * 60) * (sign == "-" ? -1 : 1)
    }

    /// Days since 1970-01-01 in the Gregorian calendar, March being the first month.
    private static func dayNumber(year: Int64, month: Int, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = (shifted / 400, shifted % 400)
        let dayOfYear = (153 * (Int64(month) + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
