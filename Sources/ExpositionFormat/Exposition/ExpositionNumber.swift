import Foundation

/// Numbers as Go's `strconv.ParseFloat` reads them, without underscores: `12`, `-1.5e3`, `0x1.8p3`, `+Inf`, `nan`.
/// Source: Prometheus documentation, "Exposition formats"; the Go specification, "Floating-point literals".
public enum ExpositionNumber {
    /// The NaN that Prometheus stores for every NaN that it reads: none of them may be taken for a stale marker.
    public static let notANumber = Double(bitPattern: 0x7FF8_0000_0000_0001)

    /// `nil` when the bytes are no number. Too large ones are infinite, which Go refuses.
    public static func double(_ bytes: UnsafeRawBufferPointer) -> Double? {
        let count = bytes.count
        var position = 0
        var isNegative = false
        if count > 0, bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+") {
            isNegative = bytes[0] == UInt8(ascii: "-")
            position = 1
        }
        var mantissa: UInt64 = 0
        var digits = 0
        var exponent = 0
        while position < count {
            let digit = bytes[position] &- 0x30
            if digit > 9 { break }
            mantissa = mantissa &* 10 &+ UInt64(digit)
            digits += 1
            position += 1
        }
        if position < count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            let start = position
            while position < count {
                let digit = bytes[position] &- 0x30
                if digit > 9 { break }
                mantissa = mantissa &* 10 &+ UInt64(digit)
                position += 1
            }
            digits += position - start
            exponent = start - position
        }
        guard digits > 0 else { return special(bytes) }
        if position < count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            guard let (power, end) = power(bytes, at: position + 1) else { return nil }
            exponent += power
            position = end
        }
        guard position == count else { return hexadecimal(bytes) }
        // Both factors are exact, so one rounding gives the nearest double. Source: W. D. Clinger, "How to Read Floating Point Numbers
        // Accurately" (1990).
        if digits <= 19, mantissa < 1 << 53, exponent >= -22, exponent <= 22 {
            let whole = Double(mantissa)
            let value = exponent < 0 ? whole / powersOfTen[-exponent] : whole * powersOfTen[exponent]
            return isNegative ? -value : value
        }
        return byLibrary(bytes)
    }

    /// A whole number with an optional sign; `nil` when it is none or out of range.
    public static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        var position = 0
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { position = 1 }
        guard position < bytes.count else { return nil }
        var value: Int64 = 0
        while position < bytes.count {
            let digit = bytes[position] &- 0x30
            if digit > 9 { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isPastEnd) = product.subtractingReportingOverflow(Int64(digit))
            if isTooLarge || isPastEnd { return nil }
            value = sum
            position += 1
        }
        // Counted downwards, since the lowest number has no positive counterpart.
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    // MARK: - Private

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// The digits of an exponent, and where they end. Beyond a few thousand the result is the same.
    private static func power(_ bytes: UnsafeRawBufferPointer, at start: Int) -> (Int, Int)? {
        var position = start
        let isNegative = position < bytes.count && bytes[position] == UInt8(ascii: "-")
        if position < bytes.count, isNegative || bytes[position] == UInt8(ascii: "+") { position += 1 }
        let first = position
        var value = 0
        while position < bytes.count {
            let digit = bytes[position] &- 0x30
            if digit > 9 { break }
            value = min(value * 10 + Int(digit), 100_000)
            position += 1
        }
        return position > first ? (isNegative ? -value : value, position) : nil
    }

    private static func special(_ bytes: UnsafeRawBufferPointer) -> Double? {
        guard bytes.count <= 9 else { return nil }
        switch String(decoding: bytes, as: UTF8.self).lowercased() {
        case "nan": return notANumber
        case "inf", "+inf", "infinity", "+infinity": return .infinity
        case "-inf", "-infinity": return -.infinity
        default: return nil
        }
    }

    /// Needs the exponent, as in Go.
    private static func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> Double? {
        var rest = bytes[...]
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        guard rest.count > 2, rest.removeFirst() == UInt8(ascii: "0"), rest.removeFirst() | 0x20 == UInt8(ascii: "x") else { return nil }
        guard let exponent = rest.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "p") }) else { return nil }
        let mantissa = rest[..<exponent].split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard mantissa.contains(where: { !$0.isEmpty }), mantissa.allSatisfy({ $0.allSatisfy(isHexadecimal) }) else { return nil }
        guard let (_, end) = power(bytes, at: exponent + 1), end == bytes.count else { return nil }
        return byLibrary(bytes)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (byte &- 0x30) < 10 || ((byte | 0x20) &- UInt8(ascii: "a")) < 6
    }

    /// The grammar was looked at before: the C library takes more than is wanted.
    private static func byLibrary(_ bytes: UnsafeRawBufferPointer) -> Double? {
        withUnsafeTemporaryAllocation(byteCount: bytes.count + 1, alignment: 1) { copy in
            copy.copyMemory(from: bytes)
            copy[bytes.count] = 0
            return copy.withMemoryRebound(to: CChar.self) { text in text.baseAddress.map { strtod($0, nil) } }
        }
    }
}
