/// Words of strangers made fit for a terminal, a log and a page.
enum PrintableText {
    /// A sentence: characters that control a terminal, or turn what stands around them, become spaces, and bytes that are not UTF-8 U+FFFD.
    static func sentence(_ bytes: some Collection<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        if text.utf8.allSatisfy(isPlain) { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isPrinted($0) ? $0 : " " }))
    }

    /// A name: every byte that is none of a printed character, and `%`, is written as `%` with two digits, as in a URL, so that no two
    /// names become one.
    static func name(_ bytes: [UInt8]) -> String {
        if bytes.allSatisfy({ isPlain($0) && $0 != percent }) { return String(decoding: bytes, as: UTF8.self) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return bytes.map { isPlain($0) && $0 != percent ? String(UnicodeScalar($0)) : escaped($0) }.joined()
        }
        return text.unicodeScalars.map { scalar in
            isPrinted(scalar) && scalar != "%" ? String(scalar) : UTF8.encode(scalar)?.map(escaped).joined() ?? ""
        }.joined()
    }

    // MARK: - Private

    private static let percent = UInt8(ascii: "%")

    private static func isPlain(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) }

    private static func isPrinted(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
        default: true
        }
    }

    private static func escaped(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return byte < 16 ? "%0" + digits : "%" + digits
    }
}
