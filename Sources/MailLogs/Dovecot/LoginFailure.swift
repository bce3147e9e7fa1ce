/// Why a sign-in did not happen.
enum LoginFailure: UInt8, LabelValue {
    case authenticationFailed, authorizationFailed, noAttempt, unfinished, tlsHandshake, plaintextDisallowed, unsupportedMechanism
    case tooManyConnections, inactivity, badCommands, internalFailure, other

    var label: String {
        switch self {
        case .authenticationFailed: "auth_failed"
        case .authorizationFailed: "authorization_failed"
        case .noAttempt: "no_attempt"
        case .unfinished: "unfinished"
        case .tlsHandshake: "tls_handshake"
        case .plaintextDisallowed: "plaintext_disallowed"
        case .unsupportedMechanism: "unsupported_mechanism"
        case .tooManyConnections: "too_many_connections"
        case .inactivity: "inactivity"
        case .badCommands: "bad_commands"
        case .internalFailure: "internal_failure"
        case .other: "other"
        }
    }

    /// - Parameter text: what stands before the name of the user.
    init(_ text: LogBytes) {
        let known: [(StaticString, LoginFailure)] = [
            ("auth failed", .authenticationFailed), ("authorization failed", .authorizationFailed),
            ("Maximum number of connections", .tooManyConnections), ("mail_max_userip_connections", .tooManyConnections),
            ("disallowed plaintext", .plaintextDisallowed), ("cleartext auth", .plaintextDisallowed),
            ("Plaintext authentication disabled", .plaintextDisallowed), ("unsupported auth mechanism", .unsupportedMechanism),
            ("internal failure", .internalFailure), ("communication failure", .internalFailure), ("temporary failure", .internalFailure),
            ("Internal login failure", .internalFailure), ("auth was ready", .internalFailure), ("process is full", .tooManyConnections),
            ("SSL_accept", .tlsHandshake), ("handshak", .tlsHandshake), ("SSL error", .tlsHandshake), ("TLS", .tlsHandshake),
            ("cert required", .tlsHandshake), ("Too many invalid commands", .badCommands), ("Too many bad commands", .badCommands),
            ("Inactivity", .inactivity), ("didn't finish SASL", .unfinished), ("while authenticating", .unfinished),
            ("while finishing login", .unfinished), ("no auth attempts", .noAttempt),
        ]
        self = known.first { text.contains($0.0) }?.1 ?? .other
    }
}
