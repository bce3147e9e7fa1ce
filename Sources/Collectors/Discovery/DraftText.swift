import PostwatchModel

/// Texts of the machine in a configuration file: nothing that a process calls itself may become a line of it.
public enum DraftText {
    /// A scalar of YAML, in quotes where it needs them.
    public static func scalar(_ text: String) -> String {
        let isPlain =
            text.utf8.allSatisfy { plain.contains($0) } && text.utf8.first.map { !punctuation.contains($0) } == true
            && text.utf8.last != UInt8(ascii: ":") && Double(text) == nil && !words.contains(text.lowercased())
        if isPlain { return text }
        let escaped = text.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case _ where isControl(scalar): "\\u" + String(String(0x10000 + scalar.value, radix: 16).dropFirst())
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }

    /// What may stand in a comment: one line.
    public static func comment(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "?" : $0 }))
    }

    // MARK: - Private

    private static let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@".utf8)
    private static let punctuation = Set("-:@".utf8)
    private static let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "y", "n", "~"]

    /// Those that end lines in YAML too.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 32 || (127...159).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }
}
