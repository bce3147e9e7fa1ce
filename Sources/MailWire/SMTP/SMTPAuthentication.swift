/// One authentication from AUTH to its verdict, whatever the server asks in between. Source: RFC 4954, section 4.
public struct SMTPAuthentication: Sendable {
    /// What is to be done with a reply.
    public enum Effect: Hashable, Sendable {
        case send(SMTPCommand)
        case accept
        /// The server has refused, or asked for more than the mechanism has to say.
        case refuse(SMTPReply)
    }

    /// Bytes of a line with its end. A response that makes AUTH longer waits until it is asked for. Source: RFC 5321, section 4.5.3.1.4.
    private static let lineLimit = 512

    private let mechanism: SMTPMechanism
    /// In base64, in the order in which they go out.
    private let responses: [String]
    private var sent = 0
    private var hasGivenUp = false

    /// Throws `unencodable` for a text with the character that separates the parts.
    /// - Parameter secret: the password; an access token for `xoauth2`.
    public init(_ mechanism: SMTPMechanism, username: String, secret: String) throws(WireFault) {
        self.mechanism = mechanism
        switch mechanism {
        case .plain: responses = [try SASLCredentials.plain(username: username, password: secret).response()]
        case .login: responses = [Base64.encode(Array(username.utf8)), Base64.encode(Array(secret.utf8))]
        case .xoauth2: responses = [try SASLCredentials.xoauth2(username: username, token: secret).response()]
        }
    }

    /// The command that begins it.
    public mutating func begin() -> SMTPCommand {
        let whole = SMTPCommand.authenticate(mechanism: mechanism.name, initialResponse: responses.first)
        let length = "AUTH \(mechanism.name) \r\n".utf8.count + (responses.first?.utf8.count ?? 0)
        // LOGIN knows no initial response in its draft; not every server takes one.
        guard mechanism != .login, length <= Self.lineLimit else {
            return .authenticate(mechanism: mechanism.name, initialResponse: nil)
        }
        sent = 1
        return whole
    }

    /// Judges what the server said to the last line.
    public mutating func take(_ reply: SMTPReply) -> Effect {
        switch reply.code {
        case 235 where !hasGivenUp: return .accept
        case 334 where hasGivenUp: return .refuse(reply)
        case 334 where sent < responses.count:
            sent += 1
            return .send(.response(responses[sent - 1]))
        case 334:
            hasGivenUp = true
            // XOAUTH2 tells its refusal in a challenge, which an empty line answers; elsewhere a challenge too many is cancelled.
            return .send(.response(mechanism == .xoauth2 ? "" : "*"))
        default: return .refuse(reply)
        }
    }
}
