/// Why the SMTP client did not reach a server, or lost it.
enum ConnectionFailure: UInt8, LabelValue {
    case refused, timedOut, noRoute, lostConnection, conversationTimedOut, greetingRefused, tls, other

    var label: String {
        switch self {
        case .refused: "refused"
        case .timedOut: "timed_out"
        case .noRoute: "no_route"
        case .lostConnection: "lost_connection"
        case .conversationTimedOut: "conversation_timed_out"
        case .greetingRefused: "greeting_refused"
        case .tls: "tls"
        case .other: "other"
        }
    }
}
