extension PostfixAccount {
    /// Warnings and worse, of any program. They are understood as such; some say more.
    mutating func takeProblem(_ line: PostfixLine, _ body: LogBytes, _ id: QueueID?, _ level: LogLevel) -> Bool {
        counters.levels.count(line.service, level)
        let text = body.dropFirst(level == .warning ? 9 : 7)
        switch line.daemon {
        case .smtpd: takeSmtpdWarning(text)
        case .cleanup: takeCleanupWarning(line, text, id)
        case .master where text.hasPrefix("service \"") && text.contains(" has reached its process limit "):
            let end = text.index(of: UInt8(ascii: "\""), from: 9) ?? 9
            counters.processLimits.count(text.part(9, end), level)
        case .smtp, .lmtp:
            if text.contains("TLS library problem") || text.hasPrefix("certificate") {
                counters.failures[DeliveryAgent(line.daemon), .tls] += 1
            }
        default: break
        }
        return true
    }

    /// Lines of master and the script that starts Postfix.
    mutating func takeMaster(_ body: LogBytes) -> Bool {
        let known: [(StaticString, MasterEvent?)] = [
            ("daemon started -- ", .started), ("reload -- ", .reloaded), ("terminating on signal ", .stopped), ("table ", nil),
            ("using backwards-compatible default", nil), ("throttle released", nil),
        ]
        guard let found = known.first(where: { body.hasPrefix($0.0) }) else { return false }
        if let event = found.1 { counters.master[event] += 1 }
        return true
    }

    /// Lines of programs that tell nothing that is counted.
    mutating func takeQuiet(_ line: PostfixLine, _ body: LogBytes, _ id: QueueID?) -> Bool {
        // A program whose name is not known may deliver.
        if line.daemon == .other, let id, let delivery = Delivery(body) {
            count(delivery, id, line)
            return true
        }
        let known: [StaticString] = [
            "statistics: ", "addr ", "CONNECT ", "DISCONNECT ", "cache ", "close database", "table ", "starting the Postfix mail system",
            "stopping the Postfix mail system", "refreshing the Postfix mail system", "using backwards-compatible default", "Postfix is ",
            "the Postfix mail system is ", "flush ", "fatal", "Anonymous TLS", "Untrusted TLS", "Trusted TLS", "Verified TLS", "uid=",
            "setting up TLS connection", "SSL_accept error", "SSL_connect error", "/", "To disable backwards compatibility",
            "See http", "initializing the ", "re-opening", "postmulti", "Postfix is running with backwards-compatible",
        ]
        return known.contains { body.hasPrefix($0) }
    }

    // MARK: - Private

    private mutating func takeSmtpdWarning(_ text: LogBytes) {
        if text.hasPrefix("hostname ") {
            if text.contains(" does not resolve to address ") { counters.sessions[.reverseNameError] += 1 }
        } else if let start = text.index(of: ": SASL "), let end = text.index(of: UInt8(ascii: " "), from: start + 7),
            text.hasPrefix(" authentication failed", at: end)
        {
            counters.loginFailures[SASLMethod(text.part(start + 7, end))] += 1
        } else if text.contains(": hostname ") && text.contains(" verification failed") {
            counters.sessions[.reverseNameError] += 1
        } else if text.contains(" rate limit exceeded: ") {
            counters.sessions[.rateLimited] += 1
        } else if text.hasPrefix("Connection concurrency limit exceeded: ") {
            counters.sessions[.concurrencyLimited] += 1
        } else if text.hasPrefix("non-SMTP command from ") {
            counters.sessions[.nonSMTPCommand] += 1
        } else if text.hasPrefix("Illegal address syntax from ") {
            counters.sessions[.badAddress] += 1
        } else if text.contains("size limit exceeded") {
            counters.sessions[.sizeLimit] += 1
        }
    }

    private mutating func takeCleanupWarning(_ line: PostfixLine, _ text: LogBytes, _ id: QueueID?) {
        var text = text
        var id = id
        if id == nil, let read = QueueID(prefixOf: text), text[read.count] == UInt8(ascii: ":") {
            id = read
            text = text.dropFirst(read.count + 2)
        }
        if text.hasPrefix("header ") || text.hasPrefix("body ") || text.hasPrefix("mime ") || text.hasPrefix("nested ") {
            counters.actions[.warn] += 1
        } else if text.contains("message not accepted") || text.contains("message rejected") || text.contains("size limit exceeded") {
            counters.cleanup[.notAccepted] += 1
            if let id { ledger.refuse(id, line.source) }
        }
    }
}
