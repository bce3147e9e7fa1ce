/// What Exim says of connections.
enum EximSession: UInt8, LabelValue {
    case authenticationFailed, tlsError, lostConnection, timeout, synchronizationError, reverseNameError, tooManyConnections, refused

    var label: String {
        switch self {
        case .authenticationFailed: "auth_failed"
        case .tlsError: "tls_error"
        case .lostConnection: "lost_connection"
        case .timeout: "timeout"
        case .synchronizationError: "synchronization_error"
        case .reverseNameError: "reverse_name_error"
        case .tooManyConnections: "too_many_connections"
        case .refused: "refused"
        }
    }

    init?(_ text: LogBytes) {
        let known: [(StaticString, EximSession)] = [
            (" authenticator failed for ", .authenticationFailed), ("TLS error on connection", .tlsError),
            ("TLS client disconnected cleanly", .tlsError), ("unexpected disconnection", .lostConnection),
            (" lost while ", .lostConnection), (" closed by DROP", .refused), ("SMTP command timeout", .timeout),
            ("SMTP data timeout", .timeout), ("SMTP protocol synchronization error", .synchronizationError),
            ("no host name found for IP address", .reverseNameError), ("no IP address found for host", .reverseNameError),
            ("Connection from ", .tooManyConnections), ("too many connections", .tooManyConnections),
        ]
        guard let found = known.first(where: { text.contains($0.0) }) else { return nil }
        self = found.1
    }
}
