import Foundation

/// Numbers as Go prints them.
enum GoNumber {
    /// The shortest digits, with an exponent below 1e-4 and from 1e6 on: Go's `%v`.
    static func text(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
        if number == 0 { return number.sign == .minus ? "-0" : "0" }
        for digits in 0...17 {
            let text = String(format: "%.\(digits)e", number)
            if Double(text) == number {
                let exponent = Int(text.split(separator: "e").last ?? "0") ?? 0
                return exponent < -4 || exponent >= 6 ? text : String(format: "%.\(max(0, digits - exponent))f", number)
            }
        }
        return String(number)
    }

    /// `1h2m3.5s`: Go's `time.Duration`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, abs(seconds) < 9e9 else { return text(seconds) }
        if seconds == 0 { return "0s" }
        let sign = seconds < 0 ? "-" : ""
        let nanoseconds = Int64((abs(seconds) * 1e9).rounded(.towardZero))
        if nanoseconds < 1000 { return "\(sign)\(nanoseconds)ns" }
        if nanoseconds < 1_000_000 { return "\(sign)\(decimal(nanoseconds, places: 3))µs" }
        if nanoseconds < 1_000_000_000 { return "\(sign)\(decimal(nanoseconds, places: 6))ms" }
        let whole = nanoseconds / 1_000_000_000
        let rest = decimal(whole % 60 * 1_000_000_000 + nanoseconds % 1_000_000_000, places: 9) + "s"
        if whole >= 3600 { return "\(sign)\(whole / 3600)h\(whole / 60 % 60)m\(rest)" }
        return whole >= 60 ? "\(sign)\(whole / 60)m\(rest)" : sign + rest
    }

    // MARK: - Private

    /// `number / 10^places` without zeros at the end.
    private static func decimal(_ number: Int64, places: Int) -> String {
        var digits = String(number)
        digits = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let fraction = digits.suffix(places)
        let kept = fraction.reversed().drop { $0 == "0" }.reversed()
        return digits.dropLast(places) + (kept.isEmpty ? "" : "." + String(kept))
    }
}
