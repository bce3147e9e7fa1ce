/// Text inside addresses and forms.
public enum PercentEncoding {
    /// One part of an address: everything but letters, digits, `-`, `.`, `_` and `~` is escaped. Source: RFC 3986, section 2.3.
    public static func component(_ text: String) -> String { encode(text) { escape($0) } }

    /// Names and values as a form sends them: `application/x-www-form-urlencoded`. Line ends become CRLF.
    /// Source: HTML, section "URL-encoded form data".
    public static func form(_ fields: [(name: String, value: String)]) -> String {
        fields.map { "\(formText($0.name))=\(formText($0.value))" }.joined(separator: "&")
    }

    /// `%2F`.
    static func escape(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    // MARK: - Private

    private static func formText(_ text: String) -> String {
        let lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").replacing("\n", with: "\r\n")
        return encode(lines) { $0 == UInt8(ascii: " ") ? [UInt8(ascii: "+")] : escape($0) }
    }

    private static func encode(_ text: String, _ replacement: (UInt8) -> [UInt8]) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): bytes.append(byte)
            default: bytes += replacement(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
