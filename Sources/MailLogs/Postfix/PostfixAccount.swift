/// What the lines of all instances of Postfix say. One file per program: see `PostfixAccount+Smtpd.swift` and its neighbours.
struct PostfixAccount: Sendable {
    var counters: PostfixCounters
    var ledger: MessageLedger
    var destinations: DestinationTable
    var traces: TraceTable

    init(limits: MailLogLimits, seed: UInt64) {
        counters = PostfixCounters(seed: seed)
        ledger = MessageLedger(limit: limits.messages, domains: limits.domains, seed: seed)
        destinations = DestinationTable(limit: limits.destinations, seed: seed)
        traces = TraceTable(seed: seed)
    }

    /// Takes one line. Says whether it was understood.
    @inline(__always)
    mutating func take(_ line: PostfixLine) -> Bool {
        var body = line.message
        var id: QueueID?
        if let read = QueueID(prefixOf: body), body[read.count] == UInt8(ascii: ":"), body[read.count &+ 1] == UInt8(ascii: " ") {
            id = read
            body = body.dropFirst(read.count &+ 2)
        } else if body.hasPrefix("NOQUEUE: ") {
            body = body.dropFirst(9)
        }
        if let level = Self.level(body) { return takeProblem(line, body, id, level) }
        let isUnderstood = takeInformation(line, body, id)
        if !isUnderstood { counters.unsupported.count(line.service, .info) }
        return isUnderstood
    }

    // MARK: - Private

    @inline(__always)
    private mutating func takeInformation(_ line: PostfixLine, _ body: LogBytes, _ id: QueueID?) -> Bool {
        switch line.daemon {
        case .smtpd: takeSmtpd(line, body, id)
        case .cleanup: takeCleanup(line, body, id)
        case .qmgr: takeQueueManager(line, body, id)
        case .smtp, .lmtp, .local, .virtual, .pipe, .error, .retry, .discard: takeDelivery(line, body, id)
        case .bounce: takeBounce(body, id)
        case .pickup: takePickup(body, id)
        case .postscreen: takePostscreen(body)
        case .postsuper: takePostsuper(line, body, id)
        case .master: takeMaster(body)
        case .dnsblog, .tlsproxy, .anvil, .scache, .verify, .rewrite, .other: takeQuiet(line, body, id)
        }
    }

    @inline(__always)
    private static func level(_ body: LogBytes) -> LogLevel? {
        switch body[0] {
        case UInt8(ascii: "w"): body.hasPrefix("warning: ") ? .warning : nil
        case UInt8(ascii: "e"): body.hasPrefix("error: ") ? .error : nil
        case UInt8(ascii: "f"): body.hasPrefix("fatal: ") ? .fatal : nil
        case UInt8(ascii: "p"): body.hasPrefix("panic: ") ? .panic : nil
        default: nil
        }
    }
}

extension PostfixAccount: Restorable {
    func encode(to writer: inout ByteWriter) {
        counters.encode(to: &writer)
        ledger.encode(to: &writer)
        destinations.encode(to: &writer)
    }

    mutating func decode(from reader: inout ByteReader) throws(MailLogFault) {
        try counters.decode(from: &reader)
        try ledger.decode(from: &reader)
        try destinations.decode(from: &reader)
    }
}
