import PostwatchModel

/// A moment as mail writes it, in UTC. `MailDateTime` reads it.
struct MailDate: Hashable {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    /// 1 January 1970 was a Thursday.
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    let moment: Timestamp

    init(_ moment: Timestamp) {
        self.moment = moment
    }

    /// `Thu, 20 Aug 2026 10:00:00 +0000`. Source: RFC 5322, section 3.3.
    var headerText: String {
        let days = moment.startOfUTCDay.milliseconds / 86_400_000
        let weekday = Self.weekdays[Int(((days % 7) + 7) % 7)]
        let clock = moment.rfc3339.dropFirst(11).prefix(8)
        return "\(weekday), \(parts.joined(separator: " ")) \(clock) +0000"
    }

    /// `20-Aug-2026`. Source: RFC 3501, section 9, `date-text`.
    var searchDay: String { parts.joined(separator: "-") }

    private var parts: [String] {
        let numbers = moment.utcDay.split(separator: "-").map(String.init)
        guard numbers.count == 3, let month = Int(numbers[1]), let day = Int(numbers[2]), (1...12).contains(month) else { return numbers }
        return [String(day), Self.months[month - 1], numbers[0]]
    }
}
