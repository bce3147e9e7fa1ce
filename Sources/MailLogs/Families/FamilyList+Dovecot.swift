extension FamilyList {
    /// Everything that is counted of Dovecot.
    mutating func add(_ dovecot: DovecotAccount) {
        let people = DovecotProtocol.signedInTo
        let carriers: [DovecotProtocol] = [.lmtp, .lda]
        counters("dovecot_logins_total", "Sign-ins, by how.", ("protocol", "method"), dovecot.logins, rows: people)
        counters(
            "dovecot_logins_by_security_total", "Sign-ins, by how the connection was protected.", ("protocol", "security"),
            dovecot.securities, rows: people)
        counters(
            "dovecot_login_failures_total", "Connections that ended without a sign-in, by why.", ("protocol", "reason"),
            dovecot.loginFailures, rows: people)
        counters("dovecot_auth_failures_total", "Passwords that were refused, by why.", "reason", dovecot.passwordFailures)
        counters("dovecot_sessions_ended_total", "Sessions that ended, by how.", ("protocol", "reason"), dovecot.sessionEnds)
        add(
            "dovecot_session_input_bytes_total", .counter, "Bytes that clients sent in sessions that ended.",
            people.map { Self.point([Label("protocol", $0.label)], dovecot.input[$0]) })
        add(
            "dovecot_session_output_bytes_total", .counter, "Bytes that clients got in sessions that ended.",
            people.map { Self.point([Label("protocol", $0.label)], dovecot.output[$0]) })
        counters(
            "dovecot_deliveries_total", "What became of messages that were brought.", ("protocol", "action"), dovecot.deliveries,
            rows: carriers)
        let levels = dovecot.levels
        add(
            "dovecot_log_problems_total", .counter, "Lines that are more than information.",
            (0..<levels.names.count).flatMap { number in
                LogLevel.allCases.dropFirst().map {
                    Self.point([Label("service", levels.names.name(number)), Label("level", $0.label)], levels[number, $0])
                }
            })
        counters(
            "dovecot_limit_reached_total", "How often a service reached its limit of processes or clients.", "service",
            dovecot.limitsReached, of: .warning)
    }
}
