/// Text of a peer is taken apart and put together byte by byte. In Swift's characters a mark that combines with a separator makes another
/// character of it, and whatever stands behind it would be hidden; CR and LF would be one.
extension WireText {
    /// The parts between occurrences of an ASCII character.
    public static func parts(
        _ text: some StringProtocol, at separator: Unicode.Scalar, atMost count: Int = .max, omittingEmpty: Bool = true
    ) -> [String] {
        precondition(separator.isASCII, "a separator is one byte")
        return Substring(text).utf8
            .split(separator: UInt8(ascii: separator), maxSplits: count - 1, omittingEmptySubsequences: omittingEmpty)
            .map { String(Substring($0)) }
    }

    /// What stands between spaces and tabs.
    public static func words(_ text: some StringProtocol) -> [String] {
        Substring(text).utf8.split(whereSeparator: isBlank).map { String(Substring($0)) }
    }

    /// The text without spaces and tabs at its ends.
    public static func trimmed(_ text: some StringProtocol) -> String {
        let rest = Substring(text).utf8.drop(while: isBlank)
        guard let last = rest.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(Substring(rest[...last]))
    }

    /// In quotation marks, with a backslash before those inside and before backslashes. Source: RFC 5228, section 2.4.2; RFC 5804, section 4.
    public static func quoted(_ text: String) -> String { "\"\(replacing(text, ["\"": "\\\"", "\\": "\\\\"]))\"" }

    /// Fit for the inside of an element or an attribute of XML and HTML.
    public static func escapedForXML(_ text: String) -> String {
        replacing(text, ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;"])
    }

    // MARK: - Private

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private static func replacing(_ text: String, _ replacements: [Unicode.Scalar: String]) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            if let replacement = replacements[scalar] { result += replacement } else { result.unicodeScalars.append(scalar) }
        }
    }
}
