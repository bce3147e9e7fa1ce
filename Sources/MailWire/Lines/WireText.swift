/// Text of a peer made fit for a log, a page or a terminal.
public enum WireText {
    /// `bytes` as text: control characters become spaces, bytes that are not UTF-8 become U+FFFD, and what is longer than `limit`
    /// characters ends with an ellipsis.
    public static func printable(_ bytes: some Collection<UInt8>, limit: Int = 200) -> String {
        if let text = plain(bytes, limit: limit) { return text }
        let text = String(decoding: bytes.prefix(limit * 4), as: UTF8.self)
        let scalars = text.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format ? " " : Character(scalar)
        }
        let clean = String(scalars)
        return clean.count > limit || bytes.count > limit * 4 ? clean.prefix(limit) + "…" : clean
    }

    /// Bytes that need nothing done, which is nearly all that servers say; `nil` for others. Looking at each character's category costs more
    /// than the rest of reading it.
    private static func plain(_ bytes: some Collection<UInt8>, limit: Int) -> String? {
        bytes.withContiguousStorageIfAvailable { bytes in
            guard bytes.count <= limit, bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return nil }
            return String(decoding: bytes, as: UTF8.self)
        } ?? nil
    }

    /// An excerpt in quotes for an error message, at most 40 characters.
    static func excerpt(_ bytes: some Collection<UInt8>) -> String {
        bytes.isEmpty ? "nothing" : "\"\(printable(bytes, limit: 40))\""
    }
}
