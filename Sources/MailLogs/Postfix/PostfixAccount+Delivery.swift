extension PostfixAccount {
    /// Without its beginning known, a message that was older than this when the queue manager got it has been tried before: what stands
    /// before the queue manager counts earlier tries. Source: Postfix, postconf(5), minimal_backoff_time.
    private static let oldBeforeQueueManager = 300_000

    /// Lines of the agents that deliver.
    @inline(__always)
    mutating func takeDelivery(_ line: PostfixLine, _ body: LogBytes, _ id: QueueID?) -> Bool {
        if let id, body[0] == UInt8(ascii: "t"), let delivery = Delivery(body) {
            count(delivery, id, line)
            return true
        }
        return takeConnection(line, body, id)
    }

    @inline(__always)
    mutating func count(_ delivery: Delivery, _ id: QueueID, _ line: PostfixLine) {
        let agent = DeliveryAgent(line.daemon)
        let domain = DomainName(delivery.domain)
        counters.deliveries[agent, delivery.status] &+= 1
        var reason = DeliveryReason.other
        if delivery.status == .deferred || delivery.status == .bounced { reason = countProblem(delivery, agent) }
        let history = ledger.deliver(
            id, line.source, delivery.status, isDiscard: agent == .discard, reason: reason, domain: domain, age: delivery.delay / 1000,
            at: line.moment)
        if delivery.status.isFinal, let stages = delivery.stages {
            let isRetry = history.isWhole || history.attempts > 1 ? history.attempts > 1 : stages[0] >= Self.oldBeforeQueueManager
            let row = PostfixCounters.row(agent, isRetry ? .retry : .first, 0)
            for stage in 0..<4 { counters.delays.record(stages[stage], row: row &+ stage) }
            if agent == .pipe { countPipe(delivery, stages) }
        }
        if delivery.status.isFinal || delivery.status == .deferred {
            destinations.count(domain, delivery.status, reason, delivery.text)
        }
        traceDelivery(delivery, id, line)
    }

    // MARK: - Private

    private mutating func countProblem(_ delivery: Delivery, _ agent: DeliveryAgent) -> DeliveryReason {
        let reason = DeliveryReason(code: delivery.code, text: delivery.text)
        counters.codes.count(delivery.codeText, delivery.status)
        if agent == .smtp { counters.smtpCodes.count(delivery.codeText, delivery.status) }
        if delivery.status == .deferred {
            counters.deferrals[agent, reason] += 1
        } else {
            counters.bounces[agent, reason] += 1
        }
        return reason
    }

    private mutating func countPipe(_ delivery: Delivery, _ stages: SIMD4<Int>) {
        let number = counters.pipes.count(delivery.relay, delivery.status)
        counters.pipeDelays.grow(toRows: counters.pipes.names.count * 4)
        for stage in 0..<4 { counters.pipeDelays.record(stages[stage], row: number * 4 + stage) }
    }

    /// What the agents say of connections.
    private mutating func takeConnection(_ line: PostfixLine, _ body: LogBytes, _ id: QueueID?) -> Bool {
        let agent = DeliveryAgent(line.daemon)
        switch body[0] {
        case UInt8(ascii: "c") where body.hasPrefix("connect to "):
            counters.failures[agent, Self.connectFailure(body)] += 1
        case UInt8(ascii: "c") where body.hasPrefix("conversation with "):
            counters.failures[agent, .conversationTimedOut] += 1
        case UInt8(ascii: "l") where body.hasPrefix("lost connection with "):
            counters.failures[agent, .lostConnection] += 1
        case UInt8(ascii: "h") where body.hasPrefix("host "):
            // `said:` is repeated where the delivery ends; `refused to talk to me:` is not.
            if body.contains(" refused to talk to me: ") { counters.failures[agent, .greetingRefused] += 1 }
        case UInt8(ascii: "A"), UInt8(ascii: "T"), UInt8(ascii: "U"), UInt8(ascii: "V"):
            let isTaken = agent == .lmtp ? Self.takeTLS(body, into: &counters.tlsStore) : Self.takeTLS(body, into: &counters.tlsOut)
            return isTaken || body.hasPrefix("TLS ")
        case UInt8(ascii: "C") where body.hasPrefix("Cannot start TLS") || body.hasPrefix("Certificate "):
            counters.failures[agent, .tls] += 1
        case UInt8(ascii: "S") where body.hasPrefix("SSL_connect error") || body.hasPrefix("Server certificate"):
            counters.failures[agent, .tls] += 1
        case UInt8(ascii: "c") where body.hasPrefix("certificate "):
            counters.failures[agent, .tls] += 1
        default:
            let known: [StaticString] = [
                "enabling PIX workarounds", "setting up TLS connection", "initializing the client-side TLS engine", "breaking line > ",
                "table ", "using backwards-compatible default", "message delivery ", "Peer ", "Host offered STARTTLS", "server certificate",
                "passing ", "sender non-delivery", "removed", "Connection concurrency", "subject=", "delivery temporarily suspended",
            ]
            return known.contains { body.hasPrefix($0) }
        }
        return true
    }

    private static func connectFailure(_ body: LogBytes) -> ConnectionFailure {
        if body.hasSuffix("Connection refused") { return .refused }
        if body.hasSuffix("timed out") { return .timedOut }
        if body.hasSuffix("No route to host") || body.hasSuffix("unreachable") { return .noRoute }
        return .other
    }

    /// `Trusted TLS connection established to …: TLSv1.3 with cipher … (256/256 bits)`: counted by what stands from the protocol to the
    /// bits.
    static func takeTLS(_ body: LogBytes, into table: inout NamedCounters<TLSTrust>) -> Bool {
        let trust: TLSTrust
        if body.hasPrefix("Anonymous ") {
            trust = .anonymous
        } else if body.hasPrefix("Untrusted ") {
            trust = .untrusted
        } else if body.hasPrefix("Trusted ") {
            trust = .trusted
        } else if body.hasPrefix("Verified ") {
            trust = .verified
        } else {
            return false
        }
        guard let start = body.index(of: "TLS connection "), let cipher = body.index(of: " with cipher ", from: start),
            let end = body.index(of: " bits)", from: cipher)
        else { return false }
        var from = cipher
        while from > start, body[from - 1] != UInt8(ascii: " ") { from -= 1 }
        table.count(body.part(from, end), trust)
        return true
    }
}
