/// A quoted text: `"…"` and `'…'` with Go's escapes, or `` `…` `` without any.
struct StringLiteral {
    private let bytes: [UInt8]
    private let quote: UInt8
    /// Behind the closing quote once `decode` has returned.
    private(set) var index: Int

    init(bytes: [UInt8], openingQuoteAt index: Int) {
        self.bytes = bytes
        quote = bytes[index]
        self.index = index + 1
    }

    /// The text without quotes and escapes. Bytes that are not UTF-8 become U+FFFD.
    mutating func decode(at start: SourcePosition) throws(PromQLFault) -> String {
        let isRaw = quote == UInt8(ascii: "`")
        var decoded: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == quote { return String(decoding: decoded, as: UTF8.self) }
            if !isRaw && byte == UInt8(ascii: "\n") { break }
            if !isRaw && byte == UInt8(ascii: "\\") {
                guard let escaped = escape() else {
                    throw PromQLFault(start, found: "a string with an unknown escape", expected: "an escape such as \\n, \\\\ or \\u00e9")
                }
                decoded += escaped
            } else {
                decoded.append(byte)
            }
        }
        throw PromQLFault(start, found: "a string without its closing quote", expected: "a closing \(Character(UnicodeScalar(quote)))")
    }

    // MARK: - Private

    private mutating func escape() -> [UInt8]? {
        guard index < bytes.count else { return nil }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "a"): return [0x07]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "v"): return [0x0B]
        case UInt8(ascii: "\\"), quote: return [byte]
        case UInt8(ascii: "x"): return digits(2, radix: 16).flatMap { UInt8(exactly: $0) }.map { [$0] }
        case UInt8(ascii: "u"): return digits(4, radix: 16).flatMap(Self.utf8)
        case UInt8(ascii: "U"): return digits(8, radix: 16).flatMap(Self.utf8)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            index -= 1
            return digits(3, radix: 8).flatMap { UInt8(exactly: $0) }.map { [$0] }
        default: return nil
        }
    }

    private mutating func digits(_ count: Int, radix: Int) -> UInt32? {
        guard index + count <= bytes.count else { return nil }
        let text = String(decoding: bytes[index..<index + count], as: UTF8.self)
        index += count
        return UInt32(text, radix: radix)
    }

    private static func utf8(of scalar: UInt32) -> [UInt8]? {
        UnicodeScalar(scalar).map { Array(String(Character($0)).utf8) }
    }
}
