import PostwatchModel

extension Timestamp {
    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// When a mailbox took a message in: `17-Jul-1996 02:44:25 -0700`, the day's first digit possibly a space. `nil` for anything else.
    /// Source: RFC 3501, section 9, `date-time`.
    init?(internalDate text: String) {
        let words = text.split(separator: " ")
        guard words.count == 3 else { return nil }
        let date = words[0].split(separator: "-", omittingEmptySubsequences: false)
        let zone = words[2]
        guard date.count == 3, let day = Int(date[0]), let month = Self.months.firstIndex(of: date[1].lowercased()), date[2].count == 4,
            zone.utf8.count == 5
        else { return nil }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        self.init(rfc3339: "\(date[2])-\(two(month + 1))-\(two(day))T\(words[1])\(zone.prefix(3)):\(zone.suffix(2))")
    }
}
