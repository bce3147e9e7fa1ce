/// Text of a peer made fit for a log, a page or a terminal.
public enum WireText {
    /// `bytes` as text: control characters become spaces, bytes that are not UTF-8 become U+FFFD, and what is longer than `limit`
    /// characters ends with an ellipsis.
    public static func printable(_ bytes: some Collection<UInt8>, limit: Int = 200) -> String {
        let text = String(decoding: bytes.prefix(limit * 4), as: UTF8.self)
        let scalars = text.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format ? " " : Character(scalar)
        }
        let clean = String(scalars)
        return clean.count > limit || bytes.count > limit * 4 ? clean.prefix(limit) + "…" : clean
    }

    /// An excerpt in quotes for an error message, at most 40 characters.
    static func excerpt(_ bytes: some Collection<UInt8>) -> String {
        bytes.isEmpty ? "nothing" : "\"\(printable(bytes, limit: 40))\""
    }
}
