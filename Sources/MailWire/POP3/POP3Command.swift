/// A command of a POP3 client. Source: RFC 1939; CAPA: RFC 2449; STLS: RFC 2595; AUTH with an initial response: RFC 5034.
public enum POP3Command: Hashable, Sendable {
    case capabilities
    case startTLS
    case user(String)
    case password(String)
    /// SASL with an initial response, which is sent in base64.
    case authenticate(SASLCredentials)
    case status
    /// Sizes of all messages.
    case list
    /// The header of a message and so many lines of its body.
    case top(message: Int, lines: Int)
    case retrieve(message: Int)
    case noop
    case quit

    /// The keyword. Never holds an argument, which may be a secret.
    public var verb: String {
        switch self {
        case .capabilities: "CAPA"
        case .startTLS: "STLS"
        case .user: "USER"
        case .password: "PASS"
        case .authenticate: "AUTH"
        case .status: "STAT"
        case .list: "LIST"
        case .top: "TOP"
        case .retrieve: "RETR"
        case .noop: "NOOP"
        case .quit: "QUIT"
        }
    }

    /// Whether lines follow behind `+OK`, up to a line with a single dot.
    public var bringsLines: Bool {
        switch self {
        case .capabilities, .list, .top, .retrieve: true
        case .startTLS, .user, .password, .authenticate, .status, .noop, .quit: false
        }
    }

    /// The line to send, with its end. Throws `unencodable` when an argument holds a line end or another control character, which would
    /// smuggle in a second command.
    public func encoded() throws(WireFault) -> [UInt8] {
        switch self {
        case .user(let name): Array("USER \(try checked(name))\r\n".utf8)
        case .password(let secret): Array("PASS \(try checked(secret))\r\n".utf8)
        case .authenticate(let credentials): Array("AUTH \(credentials.mechanism) \(try credentials.response())\r\n".utf8)
        case .top(let message, let lines): Array("TOP \(message) \(lines)\r\n".utf8)
        case .retrieve(let message): Array("RETR \(message)\r\n".utf8)
        case .capabilities, .startTLS, .status, .list, .noop, .quit: Array("\(verb)\r\n".utf8)
        }
    }

    // MARK: - Private

    private func checked(_ argument: String) throws(WireFault) -> String {
        guard argument.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .unencodable(reason: "the argument of \(verb) holds a control character")
        }
        return argument
    }
}
