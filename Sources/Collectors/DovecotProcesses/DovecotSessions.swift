import PostwatchModel

/// Who is logged in, as Dovecot's process `anvil` tells in answer to `CONNECT-DUMP`: counted, and forgotten. Bounded whatever it tells.
/// Source: Dovecot, `doveadm who`; checked against what Dovecot 2.3.19 answers.
struct DovecotSessions: Sendable {
    /// Why an answer is no list of sessions.
    enum Fault: Error, Hashable, Sendable {
        /// A line that is no session. None of its text, since all of it may be the name of a user.
        case malformed(bytes: Int, fields: Int)
        case tooMany
    }

    private static let mostServices = 200
    private static let mostUsers = 5_000_000

    private struct Service: Sendable {
        var sessions = 0
        /// Hashes of their names: two of one hash are one user here, which is one in many millions.
        var users: Set<Int> = []
    }

    private var services: [String: Service] = [:]
    private var users = 0

    /// Services that are shown at 0 when nobody is logged in.
    init(always names: [String] = ["imap", "pop3"]) {
        for name in names { services[name] = Service() }
    }

    /// Counts one line: `imap/192.0.2.1/user TAB process TAB sessions`, without the address for LMTP.
    mutating func add(_ line: String) throws(Fault) {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard fields.count >= 3, let slash = fields[0].firstIndex(of: "/"), let sessions = Int(fields[2]),
            (1...1_000_000).contains(sessions), Self.isServiceName(fields[0][..<slash])
        else { throw .malformed(bytes: line.utf8.count, fields: fields.count) }
        let name = String(fields[0][..<slash])
        let rest = fields[0][fields[0].index(after: slash)...]
        let user = rest.firstIndex(of: "/").map { rest[rest.index(after: $0)...] } ?? rest
        if services[name] == nil, services.count == Self.mostServices { throw .tooMany }
        services[name, default: Service()].sessions += sessions
        if services[name, default: Service()].users.insert(user.hashValue).inserted {
            users += 1
            if users > Self.mostUsers { throw .tooMany }
        }
    }

    var measurements: [Measurement] {
        let sorted = services.sorted { $0.key < $1.key }
        return [
            Measurement(
                "dovecot_sessions", .gauge, help: "Sessions of users who are logged in.",
                points: sorted.map { Measurement.Point(labels: ["service": $0.key], value: Double($0.value.sessions)) }),
            Measurement(
                "dovecot_session_users", .gauge, help: "Users who are logged in.",
                points: sorted.map { Measurement.Point(labels: ["service": $0.key], value: Double($0.value.users.count)) }),
        ]
    }

    static func isServiceName(_ text: Substring) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0 | 0x20) || $0 == 45 || $0 == 95 }
    }
}

extension DovecotSessions.Fault: CustomStringConvertible {
    var description: String {
        switch self {
        case .malformed(let bytes, let fields): "a line of \(bytes) bytes with \(fields) fields, which is no session"
        case .tooMany: "more services or users than any Dovecot has"
        }
    }
}
