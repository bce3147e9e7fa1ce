/// A command of a ManageSieve client. Source: RFC 5804, section 2.
public enum SieveCommand: Hashable, Sendable {
    case startTLS
    /// SASL with an initial response.
    case authenticate(SASLCredentials)
    case listScripts
    case getScript(name: String)
    case putScript(name: String, content: [UInt8])
    /// An empty name: none is active any more.
    case setActive(name: String)
    case noop
    case logout

    /// The keyword. Never holds an argument, which may be a secret.
    public var verb: String {
        switch self {
        case .startTLS: "STARTTLS"
        case .authenticate: "AUTHENTICATE"
        case .listScripts: "LISTSCRIPTS"
        case .getScript: "GETSCRIPT"
        case .putScript: "PUTSCRIPT"
        case .setActive: "SETACTIVE"
        case .noop: "NOOP"
        case .logout: "LOGOUT"
        }
    }

    /// The bytes to send. Throws `unencodable` for credentials that cannot be told apart. Scripts and whatever no quoted string may hold go as non-synchronising literals.
    public func encoded() throws(WireFault) -> [UInt8] {
        switch self {
        case .startTLS, .listScripts, .noop, .logout: Array("\(verb)\r\n".utf8)
        case .authenticate(let credentials): line(Self.string(credentials.mechanism), Self.string(try credentials.response()))
        case .putScript(let name, let content): line(Self.string(name), Self.literal(content))
        case .setActive(let name), .getScript(let name): line(Self.string(name))
        }
    }

    // MARK: - Private

    private func line(_ arguments: [UInt8]...) -> [UInt8] {
        Array(verb.utf8) + arguments.flatMap { [UInt8(ascii: " ")] + $0 } + Array("\r\n".utf8)
    }

    /// A quoted string holds at most 1024 bytes. Source: RFC 5804, section 4.
    private static func string(_ text: String) -> [UInt8] {
        let isQuotable = text.utf8.count <= 1024 && text.utf8.allSatisfy { $0 != 0 && $0 != 10 && $0 != 13 }
        guard isQuotable else { return literal(Array(text.utf8)) }
        return Array(WireText.quoted(text).utf8)
    }

    private static func literal(_ bytes: [UInt8]) -> [UInt8] {
        Array("{\(bytes.count)+}\r\n".utf8) + bytes
    }
}
