/// A moment, in whole milliseconds since 1970-01-01T00:00:00Z: the resolution that Prometheus stores.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
    /// Milliseconds since the epoch. May be negative.
    public var milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Seconds since the epoch, rounded to the nearest millisecond. Values beyond the range of `Int64` milliseconds are clamped.
    public init(seconds: Double) {
        let scaled = (seconds * 1000).rounded()
        self.milliseconds = Int64(exactly: scaled) ?? (scaled.sign == .minus ? .min : .max)
    }

    /// Seconds since the epoch.
    public var seconds: Double { Double(milliseconds) / 1000 }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The time from `right` to `left`; negative when `left` is earlier. Like the sums below it stops at the ends of the range instead
    /// of trapping: a query may name any duration.
    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        let (difference, overflow) = left.milliseconds.subtractingReportingOverflow(right.milliseconds)
        return .milliseconds(overflow ? (left < right ? .min : .max) : difference)
    }

    public static func + (left: Timestamp, right: Duration) -> Timestamp {
        let (sum, overflow) = left.milliseconds.addingReportingOverflow(right.wholeMilliseconds)
        return Timestamp(milliseconds: overflow ? (right < .zero ? .min : .max) : sum)
    }

    public static func - (left: Timestamp, right: Duration) -> Timestamp {
        let (difference, overflow) = left.milliseconds.subtractingReportingOverflow(right.wholeMilliseconds)
        return Timestamp(milliseconds: overflow ? (right < .zero ? .max : .min) : difference)
    }

    // Written as a bare number, so that records stay small and sort in SQL.
    public init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}
