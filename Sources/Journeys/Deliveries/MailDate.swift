import PostwatchModel

/// A moment as mail writes it, in UTC.
struct MailDate: Hashable {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    /// 1 January 1970 was a Thursday.
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    let moment: Timestamp

    init(_ moment: Timestamp) {
        self.moment = moment
    }

    /// Reads a date as mail writes it, with or without the weekday and with a numeric zone or GMT; `nil` for anything else.
    /// Source: RFC 5322, section 3.3.
    init?(_ text: String) {
        // A comment names the zone for people: `(CEST)`.
        let plain = text.prefix { $0 != "(" }
        var words = plain.split(whereSeparator: \.isWhitespace).map(String.init)
        if words.first?.hasSuffix(",") == true { words.removeFirst() }
        guard words.count == 5, let day = Int(words[0]), let month = Self.months.firstIndex(of: words[1]), let year = Int(words[2]),
            (1...31).contains(day), (1970...9999).contains(year), let clock = Self.seconds(ofClock: words[3]),
            let zone = Self.seconds(ofZone: words[4]),
            let midnight = Timestamp(rfc3339: "\(year)-\(Self.two(month + 1))-\(Self.two(day))T00:00:00Z")
        else { return nil }
        self.init(midnight + .seconds(clock - zone))
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

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// `10:00:00` or `10:00`.
    private static func seconds(ofClock text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { $0.count == 2 ? Int($0) ?? -1 : -1 }
        guard (2...3).contains(parts.count), (0...23).contains(parts[0]), (0...59).contains(parts[1]),
            (0...60).contains(parts.count == 3 ? parts[2] : 0)
        else { return nil }
        return parts[0] * 3600 + parts[1] * 60 + (parts.count == 3 ? parts[2] : 0)
    }

    /// `+0200`.
    private static func seconds(ofZone text: String) -> Int? {
        if text == "GMT" || text == "UT" { return 0 }
        guard text.count == 5, let sign = text.first, sign == "+" || sign == "-", let hours = Int(text.dropFirst().prefix(2)),
            let minutes = Int(text.suffix(2)), hours >= 0, minutes >= 0
        else { return nil }
        return (hours * 3600 + minutes * 60) * (sign == "-" ? -1 : 1)
    }
}
