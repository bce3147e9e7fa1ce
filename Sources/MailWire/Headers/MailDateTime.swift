/// A moment as headers have it, `Thu, 20 Aug 2026 10:00:00 +0200`, and as mailboxes do: `20-Aug-2026 10:00:00 +0200`.
/// Source: RFC 5322, sections 3.3 and 4.3; RFC 3501, section 9, `date-time`.
public enum MailDateTime {
    /// Seconds since 1970-01-01T00:00:00Z; `nil` when it cannot be read, or is of a year before 1970 or behind 9999. Without a zone that is
    /// known it is taken for UTC.
    public static func seconds(_ text: some StringProtocol) -> Int64? {
        var words = WireText.words(text).flatMap { WireText.parts($0, at: ",") }
        if let first = words.first, first.first?.isLetter == true { words.removeFirst() }
        if let date = words.first { words.replaceSubrange(..<1, with: WireText.parts(date, at: "-", omittingEmpty: false)) }
        guard words.count >= 4, let day = number(words[0], 1...31), let month = CivilDay.month(words[1]), let year = year(words[2]),
            let second = secondOfDay(words[3])
        else { return nil }
        let zone = words.count > 4 ? offset(words[4]) : 0
        return CivilDay.number(year: year, month: month, day: day) * 86_400 + Int64(second - zone)
    }

    // MARK: - Private

    private static let namedZones = ["EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7]

    private static func number(_ text: some StringProtocol, _ range: ClosedRange<Int>) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text),
            range.contains(value)
        else { return nil }
        return value
    }

    /// Two digits are of the years from 1950 on. Source: RFC 5322, section 4.3.
    private static func year(_ text: String) -> Int? {
        guard let value = number(text, 0...9999) else { return nil }
        let year = text.utf8.count == 2 ? value + (value < 50 ? 2000 : 1900) : value
        return year >= 1970 ? year : nil
    }

    private static func secondOfDay(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, let hour = number(parts[0], 0...23), let minute = number(parts[1], 0...59),
            let second = parts.count == 3 ? number(parts[2], 0...60) : 0
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    /// East is positive. A zone that is not known counts as UTC.
    private static func offset(_ text: String) -> Int {
        guard let sign = text.first, sign == "+" || sign == "-" else { return (namedZones[text.uppercased()] ?? 0) * 3600 }
        guard text.utf8.count == 5, let value = number(text.dropFirst(), 0...9999), value % 100 < 60 else { return 0 }
        return (value / 100 * 3600 + value % 100 * 60) * (sign == "-" ? -1 : 1)
    }
}
