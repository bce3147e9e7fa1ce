import Foundation

/// What a client says first in a SASL exchange, for mechanisms that need no more than that.
public enum SASLCredentials: Hashable, Sendable {
    /// Source: RFC 4616.
    case plain(username: String, password: String)
    /// Source: Google, "OAuth 2.0 Mechanism", XOAUTH2; Microsoft speaks the same.
    case xoauth2(username: String, token: String)

    /// As servers name it: `PLAIN`.
    public var mechanism: String {
        switch self {
        case .plain: "PLAIN"
        case .xoauth2: "XOAUTH2"
        }
    }

    /// In Base64, on one line. Throws `unencodable` for a text with the character that separates the parts.
    public func response() throws(WireFault) -> String {
        switch self {
        case .plain(let username, let password):
            guard !username.utf8.contains(0), !password.utf8.contains(0) else { throw .unencodable(reason: "a text with a NUL") }
            return Data("\u{0}\(username)\u{0}\(password)".utf8).base64EncodedString()
        case .xoauth2(let username, let token):
            guard !username.utf8.contains(where: { $0 < 0x20 }), !token.utf8.contains(where: { $0 < 0x20 }) else {
                throw .unencodable(reason: "a user name or token with control characters")
            }
            return Data("user=\(username)\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8).base64EncodedString()
        }
    }

    /// What a server's challenge says, printable; as it stands when it is not Base64. XOAUTH2 gives its reason for a refusal like this.
    public static func text(ofChallenge challenge: String) -> String {
        guard let bytes = Data(base64Encoded: challenge) else { return challenge }
        return WireText.printable(bytes)
    }
}

extension SASLCredentials: CustomStringConvertible {
    /// The mechanism alone.
    public var description: String { mechanism }
}
