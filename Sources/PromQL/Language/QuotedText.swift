/// A quoted text: `"…"` and `'…'` with Go's escapes, or `` `…` `` without any.
struct QuotedText {
    /// Why the text cannot be read.
    struct Fault: Error, Hashable {
        let reason: String
    }

    private let bytes: [UInt8]
    private let quote: UInt8
    /// Behind the closing quote once `decode` has returned.
    private(set) var index: Int

    init(bytes: [UInt8], openingQuoteAt index: Int) {
        self.bytes = bytes
        quote = bytes[index]
        self.index = index + 1
    }

    /// The text without quotes and escapes. Escaped bytes that are not UTF-8 become U+FFFD.
    mutating func decode() throws(Fault) -> String {
        let isRaw = quote == UInt8(ascii: "`")
        var decoded: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == quote { return String(decoding: decoded, as: UTF8.self) }
            if !isRaw && byte == UInt8(ascii: "\n") { break }
            if !isRaw && byte == UInt8(ascii: "\\") {
                try appendEscape(to: &decoded)
            } else {
                decoded.append(byte)
                // What was not UTF-8 on its way here has become U+FFFD.
                if byte == 0xBD, decoded.suffix(3) == [0xEF, 0xBF, 0xBD] { throw Fault(reason: "invalid UTF-8 rune") }
            }
        }
        throw Fault(reason: isRaw ? "unterminated raw string" : "unterminated quoted string")
    }

    // MARK: - Private

    private mutating func appendEscape(to decoded: inout [UInt8]) throws(Fault) {
        guard let scalar = nextScalar() else { throw Fault(reason: "escape sequence not terminated") }
        switch scalar {
        case "a": decoded.append(0x07)
        case "b": decoded.append(0x08)
        case "f": decoded.append(0x0C)
        case "n": decoded.append(0x0A)
        case "r": decoded.append(0x0D)
        case "t": decoded.append(0x09)
        case "v": decoded.append(0x0B)
        case "\\", Unicode.Scalar(quote): decoded.append(UInt8(ascii: scalar))
        case "x": decoded.append(UInt8(truncatingIfNeeded: try digits(2, radix: 16)))
        case "u": decoded += try character(digits: 4)
        case "U": decoded += try character(digits: 8)
        case "0"..."7":
            index -= 1
            let value = try digits(3, radix: 8)
            guard let byte = UInt8(exactly: value) else { throw Fault(reason: "escape sequence is an invalid Unicode code point") }
            decoded.append(byte)
        default: throw Fault(reason: "unknown escape sequence \(Self.name(of: scalar))")
        }
    }

    private mutating func digits(_ count: Int, radix: UInt32) throws(Fault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let scalar = nextScalar() else { throw Fault(reason: "escape sequence not terminated") }
            guard scalar.isASCII, let digit = Character(scalar).hexDigitValue, digit < radix else {
                throw Fault(reason: "illegal character \(Self.name(of: scalar)) in escape sequence")
            }
            // Eight digits of sixteen values fill the 32 bits.
            value = value &* radix &+ UInt32(digit)
        }
        return value
    }

    private mutating func character(digits count: Int) throws(Fault) -> [UInt8] {
        guard let scalar = Unicode.Scalar(try digits(count, radix: 16)) else {
            throw Fault(reason: "escape sequence is an invalid Unicode code point")
        }
        return Array(String(scalar).utf8)
    }

    private mutating func nextScalar() -> Unicode.Scalar? {
        guard index < bytes.count else { return nil }
        let scalar = String(decoding: bytes[index..<min(index + 4, bytes.count)], as: UTF8.self).unicodeScalars.first
        index += scalar.map { UTF8.width($0) } ?? 1
        return scalar
    }

    /// `U+0071 'q'`
    private static func name(of scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + " '\(scalar)'"
    }
}
