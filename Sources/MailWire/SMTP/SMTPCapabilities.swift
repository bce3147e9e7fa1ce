/// What an SMTP server offers in its answer to EHLO. Source: RFC 5321, section 4.1.1.1.
public struct SMTPCapabilities: Hashable, Sendable {
    /// Keyword in capitals → its parameters.
    private let parameters: [String: [String]]

    /// The first line is the server's greeting and offers nothing.
    public init(_ reply: SMTPReply) {
        var parameters: [String: [String]] = [:]
        for line in reply.lines.dropFirst() {
            let words = WireText.parts(line, at: " ")
            guard let keyword = words.first else { continue }
            parameters[keyword.uppercased()] = Array(words.dropFirst())
        }
        self.parameters = parameters
    }

    public func offers(_ keyword: String) -> Bool { parameters[keyword] != nil }

    /// The words behind a keyword; empty when it is not offered.
    public func parameters(of keyword: String) -> [String] { parameters[keyword] ?? [] }
}
