/// What the lines of Dovecot say: who signs in and who fails, by protocol and never by name; how sessions end; what is put into mailboxes.
/// Source: Dovecot 2.2 to 2.4, "Logging", `login_log_format_elements`, `deliver_log_format`, `imap_logout_format`.
struct DovecotAccount: Sendable {
    private static let serviceLimit = 100

    private(set) var logins = CounterTable<DovecotProtocol, SASLMethod>()
    private(set) var securities = CounterTable<DovecotProtocol, ConnectionSecurity>()
    private(set) var loginFailures = CounterTable<DovecotProtocol, LoginFailure>()
    private(set) var passwordFailures = CounterRow<PasswordFailure>()
    private(set) var sessionEnds = CounterTable<DovecotProtocol, SessionEnd>()
    private(set) var input = CounterRow<DovecotProtocol>()
    private(set) var output = CounterRow<DovecotProtocol>()
    private(set) var deliveries = CounterTable<DovecotProtocol, MailboxDelivery>()
    private(set) var levels: NamedCounters<LogLevel>
    /// How often a service reached a limit of processes or clients, by service.
    private(set) var limitsReached: NamedCounters<LogLevel>
    var traces: TraceTable
    var connections = LMTPConnections()

    init(seed: UInt64) {
        levels = NamedCounters(limit: Self.serviceLimit, longest: 40, seed: seed)
        limitsReached = NamedCounters(limit: Self.serviceLimit, longest: 40, seed: seed)
        traces = TraceTable(seed: seed)
    }

    /// Takes what stands behind `dovecot: `, such as `imap-login: Login: user=<…>, …`. Says whether it was understood.
    mutating func take(_ message: LogBytes) -> Bool {
        guard let (service, rest) = Self.service(message) else { return false }
        var body = rest
        if body.hasPrefix("Info: ") { body = body.dropFirst(6) }
        if let (level, length) = Self.level(body) {
            levels.count(service, level)
            takeProblem(body.dropFirst(length), service)
            return true
        }
        if service.hasSuffix("-login") { return takeLogin(body, DovecotProtocol(service: service)) }
        if service.hasPrefix("auth") { return takePassword(body) || body.hasPrefix("Debug: ") }
        if service.hasPrefix("lmtp") || service.hasPrefix("lda") || service.hasPrefix("deliver") {
            return takeDelivery(body, DovecotProtocol(service: service))
        }
        if DovecotProtocol(service: service) != .other { return takeSession(body, DovecotProtocol(service: service)) }
        return Self.quietServices.contains { service.hasPrefix($0) }
    }

    // MARK: - Private

    private static let quietServices: [StaticString] = [
        "master", "anvil", "config", "log", "stats", "indexer", "replicator", "aggregator", "doveadm", "ssl-params", "dict", "director",
        "quota-status", "dsync", "script", "health-check", "ipc", "old-stats", "imap-hibernate",
    ]

    /// The name of the service, up to `(`, `<` or `:`, and what stands behind its user, process and session.
    private static func service(_ message: LogBytes) -> (name: LogBytes, rest: LogBytes)? {
        var position = 0
        while position < message.count, !isEnd(message[position]) { position += 1 }
        let name = message.prefix(position)
        guard position > 0, position <= 40 else { return nil }
        if message[position] == UInt8(ascii: "(") {
            // A name of a user may hold brackets: the last one before `<` or `:` counts.
            repeat {
                guard let close = message.index(of: UInt8(ascii: ")"), from: position) else { return nil }
                position = close + 1
            } while message[position] != UInt8(ascii: "<") && message[position] != UInt8(ascii: ":")
        }
        while message[position] == UInt8(ascii: "<") {
            guard let close = message.index(of: UInt8(ascii: ">"), from: position) else { return nil }
            position = close + 1
        }
        guard message[position] == UInt8(ascii: ":"), message[position + 1] == UInt8(ascii: " ") else { return nil }
        return (name, message.dropFirst(position + 2))
    }

    private static func isEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "(") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: " ")
    }

    private static func level(_ body: LogBytes) -> (LogLevel, Int)? {
        if body.hasPrefix("Warning: ") { return (.warning, 9) }
        if body.hasPrefix("Error: ") { return (.error, 7) }
        if body.hasPrefix("Fatal: ") { return (.fatal, 7) }
        if body.hasPrefix("Panic: ") { return (.panic, 7) }
        return nil
    }

    /// `Login: user=<…>, method=PLAIN, rip=…, lip=…, mpid=…, TLS, session=<…>`, or why there was none.
    private mutating func takeLogin(_ body: LogBytes, _ kind: DovecotProtocol) -> Bool {
        if body.hasPrefix("Login: ") || body.hasPrefix("Logged in: ") || body.hasPrefix("proxy(") || body.hasPrefix("Proxy") {
            if !body.hasPrefix("Log") { return true }
            // Behind the name of the user, which may hold anything.
            var fields = body
            while let method = fields.index(of: ">, method=") { fields = fields.dropFirst(method + 10) }
            let end = fields.index(of: UInt8(ascii: ",")) ?? fields.count
            logins[kind, fields.count == body.count ? .none : SASLMethod(fields.prefix(end))] += 1
            securities[kind, Self.security(fields)] += 1
            return true
        }
        let beginnings: [StaticString] = [
            "Disconnected", "Aborted login", "Login aborted", "Maximum number of connections", "Login failed", "Internal login failure",
            "Connection closed", "Auth process not responding", "Timeout",
        ]
        if beginnings.contains(where: { body.hasPrefix($0) }) {
            loginFailures[kind, LoginFailure(body.prefix(body.index(of: "user=<") ?? body.count))] += 1
            return true
        }
        let known: [StaticString] = ["Debug: ", "ID sent: ", "Started proxying", "Proxying", "ssl: "]
        return known.contains { body.hasPrefix($0) }
    }

    private static func security(_ fields: LogBytes) -> ConnectionSecurity {
        if fields.contains(", TLS") { return .tls }
        return fields.contains(", secured") ? .secured : .plain
    }

    /// `sql(user,address,<session>): Password mismatch`.
    private mutating func takePassword(_ body: LogBytes) -> Bool {
        let end = body.index(of: "): ")
        guard let end, body.index(of: UInt8(ascii: "(")) != nil else { return body.hasPrefix("conn ") || body.hasPrefix("passwd-file ") }
        var text = body.dropFirst(end + 3)
        if text.hasPrefix("Info: ") { text = text.dropFirst(6) }
        let known: [(StaticString, PasswordFailure)] = [
            ("assword mismatch", .passwordMismatch), ("nknown user", .unknownUser), ("ser not found", .unknownUser), ("isabled", .disabled),
            ("xpired", .expired), ("policy", .policy), ("pam_authenticate() failed", .other), ("ailed", .other), ("efused", .policy),
        ]
        guard let failure = known.first(where: { text.contains($0.0) })?.1 else { return true }
        passwordFailures[failure] += 1
        return true
    }

    /// `Disconnected: Logged out in=… out=… deleted=…`.
    private mutating func takeSession(_ body: LogBytes, _ kind: DovecotProtocol) -> Bool {
        let ends: [StaticString] = [
            "Disconnected", "Logged out", "Connection closed", "Server shutting down", "Client has quit", "Remote closed",
        ]
        if ends.contains(where: { body.hasPrefix($0) }) {
            sessionEnds[kind, SessionEnd(body)] += 1
            if let start = body.index(of: " in="), let number = body.number(at: start + 4) { input[kind] &+= UInt64(number.value) }
            if let start = body.index(of: " out="), let number = body.number(at: start + 5) { output[kind] &+= UInt64(number.value) }
            return true
        }
        let known: [StaticString] = [
            "copy from ", "expunge: ", "delete: ", "undelete: ", "save: ", "append: ", "flag_change: ", "Mailbox created",
            "Mailbox deleted",
            "Mailbox renamed", "rename: ", "sieve: ", "Effective uid=", "quota: ", "fts", "Indexed ", "virtual", "Debug: ",
            "Synchronization",
            "mailbox ", "expunged", "box=", "Hibernat", "Unhibernat",
        ]
        return known.contains { body.hasPrefix($0) }
    }

    /// `msgid=<…>: saved mail to INBOX`, `sieve: msgid=<…>: stored mail into mailbox 'INBOX'`, `Connect from …`.
    private mutating func takeDelivery(_ body: LogBytes, _ kind: DovecotProtocol) -> Bool {
        if body.hasPrefix("Connect from ") || body.hasPrefix("Debug: ") { return true }
        if body.hasPrefix("Disconnect from ") || body.hasPrefix("Disconnected") {
            sessionEnds[kind, SessionEnd(body)] += 1
            return true
        }
        let text = body.hasPrefix("sieve: ") ? body.dropFirst(7) : body
        guard text.hasPrefix("msgid=") else { return body.hasPrefix("sieve: ") || body.hasPrefix("Indexed ") || body.hasPrefix("quota: ") }
        let known: [(StaticString, MailboxDelivery)] = [
            (": save failed", .failed), (": failed to", .failed), (": saved mail", .saved), (": stored mail", .saved),
            (": forwarded", .forwarded), (": discarded", .discarded), (": marked message to be discarded", .discarded),
            (": rejected", .rejected), (": refused", .rejected), (": duplicate", .duplicate), (": sent vacation", .vacation),
        ]
        guard let action = known.first(where: { text.contains($0.0) })?.1 else {
            return true
        }
        deliveries[kind, action] += 1
        return true
    }

    private mutating func takeProblem(_ text: LogBytes, _ service: LogBytes) {
        // `service(imap-login): process_limit (100) reached, client connections are being dropped`.
        guard service.equals("master"), text.hasPrefix("service("), text.contains("_limit ("), text.contains(") reached"),
            let end = text.index(of: UInt8(ascii: ")"))
        else { return }
        limitsReached.count(text.part(8, end), .warning)
    }
}

extension DovecotAccount: Restorable {
    func encode(to writer: inout ByteWriter) {
        logins.encode(to: &writer)
        securities.encode(to: &writer)
        loginFailures.encode(to: &writer)
        passwordFailures.encode(to: &writer)
        sessionEnds.encode(to: &writer)
        input.encode(to: &writer)
        output.encode(to: &writer)
        deliveries.encode(to: &writer)
        levels.encode(to: &writer)
        limitsReached.encode(to: &writer)
    }

    mutating func decode(from reader: inout ByteReader) throws(MailLogFault) {
        try logins.decode(from: &reader)
        try securities.decode(from: &reader)
        try loginFailures.decode(from: &reader)
        try passwordFailures.decode(from: &reader)
        try sessionEnds.decode(from: &reader)
        try input.decode(from: &reader)
        try output.decode(from: &reader)
        try deliveries.decode(from: &reader)
        try levels.decode(from: &reader)
        try limitsReached.decode(from: &reader)
    }
}
