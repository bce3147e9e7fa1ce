/// What an SMTP server answers: a code and one or more lines of text. Source: RFC 5321, section 4.2.
public struct SMTPReply: Hashable, Sendable {
    /// 200…599.
    public let code: Int
    /// The text of each line behind the code; printable, never empty as a list.
    public let lines: [String]

    public init(code: Int, lines: [String]) {
        self.code = code
        self.lines = lines
    }

    /// The enhanced status code, when the server gives one that fits the reply's code. Source: RFC 2034.
    public var enhancedStatus: EnhancedStatusCode? {
        guard let status = EnhancedStatusCode(firstWordOf: lines.first ?? ""), status.category == code / 100 else { return nil }
        return status
    }

    public var isPositive: Bool { (200..<400).contains(code) }
    public var isPermanentFailure: Bool { (500..<600).contains(code) }
}

extension SMTPReply: CustomStringConvertible {
    /// `550 5.1.1 no such user`, the lines joined by spaces.
    public var description: String { ([String(code)] + lines).joined(separator: " ") }
}
