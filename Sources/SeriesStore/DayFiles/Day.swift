import PostwatchModel

/// A UTC day, counted from 1970-01-01.
struct Day: Hashable, Comparable, Sendable {
    static let milliseconds: Int64 = 86_400_000
    /// The years 0 to 9999: those whose dates have ten characters.
    static let acceptedMilliseconds: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

    let number: Int64

    init(number: Int64) {
        self.number = number
    }

    init(containing milliseconds: Int64) {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: Self.milliseconds)
        number = remainder < 0 ? quotient - 1 : quotient
    }

    /// Reads `series-2026-08-20.sqlite`; `nil` for other names.
    init?(fileName: String) {
        guard fileName.hasPrefix("series-"), fileName.hasSuffix(".sqlite"),
            let start = Timestamp(rfc3339: "\(fileName.dropFirst(7).dropLast(7))T00:00:00Z")
        else { return nil }
        self.init(containing: start.milliseconds)
    }

    var fileName: String { "series-\(Timestamp(milliseconds: start).utcDay).sqlite" }
    /// The first millisecond.
    var start: Int64 { number * Self.milliseconds }
    /// The last millisecond.
    var end: Int64 { start + Self.milliseconds - 1 }

    static func < (left: Day, right: Day) -> Bool {
        left.number < right.number
    }
}
