/// What a client says first in an authentication, before the base64 in which it travels.
public enum SASLInitialResponse {
    /// Mechanism PLAIN. Source: RFC 4616, section 2.
    public static func plain(username: String, password: String) -> [UInt8] {
        [0] + Array(username.utf8) + [0] + Array(password.utf8)
    }

    /// Mechanism XOAUTH2: `token` is an access token. Source: Google's and Microsoft's description of SASL XOAUTH2.
    public static func xoauth2(username: String, token: String) -> [UInt8] {
        Array("user=\(username)\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8)
    }
}
