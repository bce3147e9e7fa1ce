import MailWire

/// What a database answers to one statement.
enum StatementAnswer: Hashable, Sendable {
    /// Each row by the names of its columns; a NULL is left out.
    case rows([[String: Substring]])
    /// The statement failed, and the connection is still good: the database's own words.
    case failed(String)

    /// The most bytes that are kept of a value: far more than any has that a collector asks for.
    static let valueLimit = 1000

    /// A value, cut to the limit.
    static func value(_ bytes: UnsafeRawBufferPointer) -> Substring {
        Substring(String(decoding: bytes.prefix(valueLimit), as: UTF8.self))
    }

    /// An error as databases word it, on one line and not too long.
    static func sentence(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        return WireText.printable(lines.joined(separator: "; ").utf8, limit: 300)
    }
}
