import PostwatchModel

/// `12`, `1_000`, `0755`, `.5`, `1e-3`, `0x1F`, `5m`, `1h30m`.
/// Source: Prometheus documentation, "Querying basics", "Float literals and time durations".
extension Lexer {
    /// Durations are kept in 64 bits of nanoseconds by Prometheus, in about as many milliseconds here.
    static let longestDurationSeconds = 9_223_372_036.0

    mutating func number(from start: Int) {
        if peek() == UInt8(ascii: "0"), peek(1).map({ $0 | 0x20 }) == UInt8(ascii: "x") {
            index += 2
            skip { $0.isHexadecimalDigit || $0 == UInt8(ascii: "_") }
        } else {
            skipDigits()
            if peek() == UInt8(ascii: ".") {
                index += 1
                skipDigits()
            }
            if isExponent {
                index += 2
                skipDigits()
            }
        }
        if peek().map({ $0.isLetter || $0.isDigit || $0 == UInt8(ascii: ".") }) ?? false { return duration(from: start) }
        let text = text(from: start)
        guard Self.hasUnderscoresBetweenDigits(text) else { return fail("bad number or duration syntax: \(text.quoted)", at: start) }
        guard let value = Self.value(of: text.filter { $0 != "_" }) else {
            return fail("error parsing number: \(text.quoted) is not a number that 64 bits hold", at: start)
        }
        emit(.number(value), from: start)
    }

    // MARK: - Private

    private mutating func duration(from start: Int) {
        skip { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: ".") }
        let text = text(from: start)
        guard let duration = Duration(prometheus: text) else {
            let isDuration = text.utf8.last.map { "smhdwy".utf8.contains($0) } ?? false
            return fail(
                isDuration ? "not a valid duration string: \(text.quoted)" : "bad number or duration syntax: \(text.quoted)", at: start)
        }
        guard duration.seconds <= Self.longestDurationSeconds else { return fail("duration out of range", at: start) }
        emit(.duration(duration.seconds), from: start)
    }

    private mutating func skipDigits() {
        skip { $0.isDigit || $0 == UInt8(ascii: "_") }
    }

    private var isExponent: Bool {
        guard let byte = peek(), byte | 0x20 == UInt8(ascii: "e"), let next = peek(1) else { return false }
        if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { return peek(2)?.isDigit ?? false }
        return next.isDigit
    }

    private static func hasUnderscoresBetweenDigits(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "_") {
            guard index > 0, index + 1 < bytes.count, bytes[index + 1].isHexadecimalDigit else { return false }
            // Behind `0x` too.
            guard bytes[index - 1].isHexadecimalDigit || bytes[index - 1] | 0x20 == UInt8(ascii: "x") else { return false }
        }
        return true
    }

    private static func value(of text: String) -> Double? {
        let lowercased = text.lowercased()
        if lowercased.hasPrefix("0x") { return Int64(lowercased.dropFirst(2), radix: 16).map { Double($0) } }
        // As in Go a leading 0 means octal, unless the digits do not allow it.
        if lowercased.count > 1, lowercased.hasPrefix("0"), let octal = Int64(lowercased, radix: 8) { return Double(octal) }
        // Go reads "2." and ".5"; Swift wants digits on both sides of the point.
        let parts = lowercased.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var mantissa = parts[0]
        if mantissa.hasPrefix(".") { mantissa = "0" + mantissa }
        if mantissa.hasSuffix(".") { mantissa += "0" }
        return Double(parts.count == 2 ? "\(mantissa)e\(parts[1])" : mantissa).flatMap { $0.isFinite ? $0 : nil }
    }
}
