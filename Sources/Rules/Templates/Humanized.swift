import Foundation
import PostwatchModel

/// Numbers as people like to read them, with four digits.
/// Source: Prometheus documentation, "Template reference", "Numbers".
enum Humanized {
    /// `1.234k`, `12m`
    static func number(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return digits(value) }
        if abs(value) >= 1 { return scaled(value, by: 1000, ["", "k", "M", "G", "T", "P", "E", "Z", "Y"]) }
        return shrunk(value)
    }

    /// `1.206Mi`
    static func binary(_ value: Double) -> String {
        guard abs(value) > 1, value.isFinite else { return digits(value) }
        return scaled(value, by: 1024, ["", "ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"])
    }

    /// `1d 2h 3m 4s`, `12.3s`, `45ms`
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, abs(seconds) < 9e15 else { return digits(seconds) }
        if seconds == 0 { return "0s" }
        guard abs(seconds) >= 1 else { return shrunk(seconds) + "s" }
        let sign = seconds < 0 ? "-" : ""
        let whole = Int64(abs(seconds))
        let (days, hours, minutes, rest) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60, whole % 60)
        if days > 0 { return "\(sign)\(days)d \(hours)h \(minutes)m \(rest)s" }
        if hours > 0 { return "\(sign)\(hours)h \(minutes)m \(rest)s" }
        if minutes > 0 { return "\(sign)\(minutes)m \(rest)s" }
        return "\(digits(seconds))s"
    }

    /// `12.34%` of 0.1234.
    static func percentage(_ ratio: Double) -> String { digits(ratio * 100) + "%" }

    /// `2015-08-14 09:33:20.435 +0000 UTC`
    static func timestamp(_ seconds: Double) -> String {
        guard seconds.isFinite, abs(seconds) < 2.5e11 else { return digits(seconds) }
        // Milliseconds are cut off, not rounded. RFC 3339 is turned into the form in which Go prints a time.
        return Timestamp(milliseconds: Int64(seconds * 1000)).rfc3339.replacingOccurrences(of: "T", with: " ").replacingOccurrences(
            of: "Z", with: " +0000 UTC")
    }

    // MARK: - Private

    private static func digits(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return String(format: "%.4g", value)
    }

    private static func scaled(_ value: Double, by base: Double, _ prefixes: [String]) -> String {
        var value = value
        var index = 0
        while abs(value) >= base && index < prefixes.count - 1 {
            value /= base
            index += 1
        }
        return digits(value) + prefixes[index]
    }

    private static func shrunk(_ value: Double) -> String {
        var value = value
        var prefix = ""
        for next in ["m", "u", "n", "p", "f", "a", "z", "y"] where abs(value) < 1 {
            value *= 1000
            prefix = next
        }
        return digits(value) + prefix
    }
}
