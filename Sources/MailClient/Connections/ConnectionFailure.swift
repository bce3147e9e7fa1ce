import MailWire

/// Why a connection could not be made or is of no more use.
public enum ConnectionFailure: Error, Hashable, Sendable {
    /// Nothing listens there.
    case refused
    /// The network says no; `reason` is the operating system's.
    case unreachable(reason: String)
    /// Nothing, or nothing complete, came before the deadline.
    case timedOut
    /// The server hung up; `isMidReply` when it had begun to answer.
    case closed(isMidReply: Bool)
    /// The server said that it ends the connection: BYE.
    case dismissed(String)
    case protocolFault(WireFault)
    /// The certificate was not accepted.
    case untrusted(CertificateFault)
    /// Encryption failed for another reason.
    case tls(reason: String)
    /// The run was cancelled.
    case cancelled
}

extension ConnectionFailure: CustomStringConvertible {
    /// A clause such as `connection refused`.
    public var description: String {
        switch self {
        case .refused: "connection refused"
        case .unreachable(let reason): reason
        case .timedOut: "timed out"
        case .closed(let isMidReply):
            isMidReply ? "the server closed the connection in the middle of a reply" : "the server closed the connection"
        case .dismissed(let text): "the server ended the connection: \(text)"
        case .protocolFault(let fault): "the server sent \(fault)"
        case .untrusted(let fault): "\(fault)"
        case .tls(let reason): "encryption failed: \(reason)"
        case .cancelled: "cancelled"
        }
    }
}
