/// A command of an SMTP client. Source: RFC 5321, section 4.1; STARTTLS: RFC 3207; AUTH: RFC 4954.
public enum SMTPCommand: Hashable, Sendable {
    case ehlo(String)
    case startTLS
    /// Begins an authentication. The initial response is in base64; `nil` when the server shall ask for it.
    case authenticate(mechanism: String, initialResponse: String?)
    /// A line that answers a challenge (334): base64, nothing, or `*`, which gives up.
    case response(String)
    /// The reverse path without its angle brackets; empty for `<>`.
    case mail(from: String)
    /// The forward path without its angle brackets.
    case recipient(String)
    case data
    case reset
    case noop
    case quit

    /// `RCPT TO`: the command as an operator calls it, without its argument.
    public var verb: String {
        switch self {
        case .ehlo: "EHLO"
        case .startTLS: "STARTTLS"
        case .authenticate, .response: "AUTH"
        case .mail: "MAIL FROM"
        case .recipient: "RCPT TO"
        case .data: "DATA"
        case .reset: "RSET"
        case .noop: "NOOP"
        case .quit: "QUIT"
        }
    }

    /// The line to send, with its end. Throws `unencodable` when an argument holds a control character, a space or an angle bracket,
    /// which would smuggle in a second command or parameter.
    public func encoded() throws(WireFault) -> [UInt8] {
        switch self {
        case .ehlo(let name): Array("EHLO \(try checked(name))\r\n".utf8)
        case .authenticate(let mechanism, let response?): Array("AUTH \(try checked(mechanism)) \(try checked(response))\r\n".utf8)
        case .authenticate(let mechanism, nil): Array("AUTH \(try checked(mechanism))\r\n".utf8)
        case .response(let text): Array("\(try checked(text))\r\n".utf8)
        case .mail(let path): Array("MAIL FROM:<\(try checked(path))>\r\n".utf8)
        case .recipient(let path): Array("RCPT TO:<\(try checked(path))>\r\n".utf8)
        case .startTLS, .data, .reset, .noop, .quit: Array("\(verb)\r\n".utf8)
        }
    }

    // MARK: - Private

    private func checked(_ argument: String) throws(WireFault) -> String {
        let isClean = argument.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
        guard isClean else { throw .unencodable(reason: "the argument of \(verb) holds a space, a control character or a bracket") }
        return argument
    }
}

extension SMTPCommand: CustomStringConvertible {
    /// The verb alone: arguments may hold a password.
    public var description: String { verb }
}
