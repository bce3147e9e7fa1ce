/// What smtpd says of sessions.
enum SessionEvent: UInt8, LabelValue {
    case connect, disconnect, tooManyErrors, reverseNameError, handshakeFailure, rateLimited, concurrencyLimited, pipelining, nonSMTPCommand
    case badAddress, sizeLimit

    var label: String {
        switch self {
        case .connect: "connect"
        case .disconnect: "disconnect"
        case .tooManyErrors: "too_many_errors"
        case .reverseNameError: "reverse_name_error"
        case .handshakeFailure: "tls_handshake_failure"
        case .rateLimited: "rate_limited"
        case .concurrencyLimited: "concurrency_limited"
        case .pipelining: "improper_pipelining"
        case .nonSMTPCommand: "non_smtp_command"
        case .badAddress: "bad_address"
        case .sizeLimit: "size_limit"
        }
    }
}
