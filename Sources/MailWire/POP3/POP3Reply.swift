/// What a POP3 server answers: a status with text, and the lines behind it where the command brings some. Source: RFC 1939, section 3.
public struct POP3Reply: Hashable, Sendable {
    public enum Status: String, Hashable, Sendable {
        case ok = "+OK"
        case error = "-ERR"
        /// The server waits for more of an authentication. Source: RFC 5034, section 4.
        case continuation = "+"
    }

    public let status: Status
    /// Printable, without the status.
    public let text: String
    /// Without line ends, leading dots undoubled.
    public let lines: [[UInt8]]

    public init(status: Status, text: String, lines: [[UInt8]] = []) {
        self.status = status
        self.text = text
        self.lines = lines
    }

    /// The lines as words, as CAPA and LIST bring them.
    public var words: [[String]] {
        lines.map { line in WireText.parts(WireText.printable(line), at: " ") }
    }
}

extension POP3Reply: CustomStringConvertible {
    /// `-ERR [AUTH] no such user`.
    public var description: String { text.isEmpty ? status.rawValue : "\(status.rawValue) \(text)" }
}
