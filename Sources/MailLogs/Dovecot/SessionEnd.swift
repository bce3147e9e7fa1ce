/// How a session ended.
enum SessionEnd: UInt8, LabelValue {
    case loggedOut, closed, inactivity, shutdown, tooManyConnections, other

    var label: String {
        switch self {
        case .loggedOut: "logged_out"
        case .tooManyConnections: "too_many_connections"
        default: "\(self)"
        }
    }

    init(_ text: LogBytes) {
        let known: [(StaticString, SessionEnd)] = [
            ("Logged out", .loggedOut), ("Client has quit", .loggedOut), ("Connection closed", .closed), ("Inactivity", .inactivity),
            ("inactivity", .inactivity), ("hutting down", .shutdown), ("Remote closed connection", .closed), ("disconnected", .closed),
            ("Disconnected in ", .closed), ("Disconnected (", .closed),
        ]
        self = known.first { text.contains($0.0) }?.1 ?? .other
    }
}
