/// What the main log of Exim says. Source: Exim specification, chapter 53, "Log files".
struct EximAccount: Sendable {
    private(set) var flags = CounterRow<EximFlag>()
    private(set) var deferrals = CounterRow<DeliveryReason>()
    private(set) var bounces = CounterRow<DeliveryReason>()
    private(set) var rejects = CounterRow<RejectClass>()
    private(set) var sessions = CounterRow<EximSession>()
    private(set) var clients = CounterRow<SASLMethod>()
    private(set) var panics: UInt64 = 0
    /// Rows: `EximDelay`.
    private(set) var delays = DelayHistogram(rows: 2)
    var ledger: MessageLedger
    private(set) var destinations: DestinationTable
    var traces: TraceTable

    init(limits: MailLogLimits, seed: UInt64) {
        ledger = MessageLedger(limit: limits.messages, domains: limits.domains, seed: seed)
        destinations = DestinationTable(limit: limits.destinations, seed: seed)
        traces = TraceTable(seed: seed)
    }

    /// The id of a message at the beginning of `text`: `1abcDE-0001Ab-CD`, or longer since 4.97. `nil` when something else stands there.
    static func id(prefixOf text: LogBytes) -> QueueID? {
        let length = text[6] != UInt8(ascii: "-") ? 0 : text[13] == UInt8(ascii: "-") ? 16 : text[18] == UInt8(ascii: "-") ? 23 : 0
        guard length > 0, text.count == length || text[length] == UInt8(ascii: " ") else { return nil }
        for position in 0..<length where !LogBytes.isLetter(text[position]) && !LogBytes.isDigit(text[position]) {
            if text[position] != UInt8(ascii: "-") || ![6, 13, 18].contains(position) { return nil }
        }
        return QueueID(whole: text.prefix(length))
    }

    /// Takes what stands behind the time. Says whether it was understood.
    /// - Parameter whole: the line from its first byte on.
    mutating func take(_ message: LogBytes, _ source: UInt32, at moment: UInt32, whole: LogBytes) -> Bool {
        var text = message
        if text[0] == UInt8(ascii: "["), let end = text.index(of: "] ") { text = text.dropFirst(end + 2) }
        if let id = Self.id(prefixOf: text) {
            let body = text.dropFirst(id.count + 1)
            let isUnderstood = takeMessage(body, id, source, moment)
            trace(body, id, source, TraceMoment(seconds: moment, whole: whole))
            return isUnderstood || takeSession(body)
        }
        return takeSession(text)
    }

    /// Of the recipient at the beginning of an entry; empty when it has none.
    static func domain(_ rest: LogBytes) -> LogBytes {
        var end = 0
        if rest[0] == UInt8(ascii: "\"") { end = (rest.index(of: UInt8(ascii: "\""), from: 1) ?? 0) + 1 }
        while end < rest.count, rest[end] != UInt8(ascii: " ") { end += 1 }
        if rest[end + 1] == UInt8(ascii: "<"), let address = MailAddress.read(rest, at: end + 2) { return address.domain }
        var address = rest.prefix(end)
        if address[end - 1] == UInt8(ascii: ":") { address = address.prefix(end - 1) }
        var at = address.count - 1
        while at >= 0, address[at] != UInt8(ascii: "@") { at -= 1 }
        return at < 0 ? rest.prefix(0) : address.dropFirst(at + 1)
    }

    /// What stands behind `): ` of `defer (-44): …`, or behind the first `: `.
    static func problem(_ rest: LogBytes) -> LogBytes {
        if let start = rest.index(of: " defer ("), let end = rest.index(of: UInt8(ascii: ")"), from: start) {
            return rest.dropFirst(end + (rest[end + 1] == UInt8(ascii: ":") ? 3 : 2))
        }
        guard let start = rest.index(of: ": ") else { return rest.prefix(0) }
        return rest.dropFirst(start + 2)
    }

    /// Why a delivery was put off or refused, by what stands behind it.
    static func reason(_ text: LogBytes) -> DeliveryReason {
        guard let remote = text.index(of: "SMTP error from remote") else {
            let known: [(StaticString, DeliveryReason)] = [
                ("Connection refused", .connectRefused), ("timed out", .connectTimeout), ("No route to host", .noRoute),
                ("unreachable", .noRoute), ("Remote host closed connection", .lostConnection), ("Connection reset", .lostConnection),
                ("lost connection", .lostConnection), ("host lookup did not complete", .dns), ("lookup failed", .dns),
                ("Unrouteable address", .unknownRecipient), ("TLS", .tls), ("retry time not reached", .connectTimeout),
                ("been failing for a long time", .connectTimeout), ("quota", .mailboxFull), ("Too many \"Received\"", .loop),
            ]
            return known.first { text.contains($0.0) }?.1 ?? DeliveryReason(code: .none, text: text)
        }
        // The code of the reply: three digits behind a colon, and perhaps a status code.
        var position = remote
        while let colon = text.index(of: ": ", from: position) {
            position = colon + 2
            if let code = text.number(at: position), code.end == position + 3, (400...599).contains(code.value) {
                return DeliveryReason(code: EnhancedCode.read(text, at: code.end + 1)?.code ?? .none, text: text.dropFirst(position))
            }
        }
        return DeliveryReason(code: .none, text: text.dropFirst(remote))
    }

    // MARK: - Private

    private mutating func takeMessage(_ body: LogBytes, _ id: QueueID, _ source: UInt32, _ moment: UInt32) -> Bool {
        guard let flag = EximFlag(body) else { return takeState(body, id, source, moment) }
        flags[flag] += 1
        let rest = body.dropFirst(3)
        switch flag {
        case .arrived:
            if let start = rest.index(of: " A=") {
                let word = rest.dropFirst(start + 3)
                let end = (0..<word.count).first { !LogBytes.isLetter(word[$0]) && !LogBytes.isDigit(word[$0]) } ?? word.count
                clients[SASLMethod(word.prefix(end))] += 1
            } else {
                clients[.none] += 1
            }
            ledger.arrive(id, source, at: moment)
            ledger.activate(id, source, sender: DomainName(Self.domain(rest)), at: moment)
        case .delivered, .additional, .cutthrough:
            if flag == .delivered { recordDelays(rest) }
            deliver(rest, .sent, id, source, moment)
        case .deferred: deliver(rest, .deferred, id, source, moment)
        case .failed: deliver(rest, .bounced, id, source, moment)
        case .suppressed: break
        case .completed: ledger.remove(id, source, at: moment)
        }
        return true
    }

    private mutating func takeState(_ body: LogBytes, _ id: QueueID, _ source: UInt32, _ moment: UInt32) -> Bool {
        if body.hasPrefix("Frozen") || body.hasPrefix("*** Frozen") || body.hasPrefix("frozen by ") {
            ledger.hold(id, source, isHeld: true, at: moment)
            return true
        }
        if body.hasPrefix("Unfrozen") || body.hasPrefix("unfrozen by ") {
            ledger.hold(id, source, isHeld: false, at: moment)
            return true
        }
        if body.hasPrefix("removed by ") || body.hasPrefix("cancelled by ") {
            ledger.markDeleted(id, source, at: moment)
            return true
        }
        let known: [StaticString] = [
            "Message is frozen", "Spool file is locked", "Remote host closed connection", "SMTP error from remote", "Error while ", "H=",
            "error ignored", "== ", "DKIM: ", "SA: ", "Sender ", "Subject: ", "Warning: ", "DMARC", "SPF", "no immediate delivery",
            "no recipients found", "Original recipient", "PRDR ", "requeued", "retry timeout exceeded", "TLS session", "Delivery status",
            "DANE", "Tainted", "discarded by", "malware", "Forced delivery",
        ]
        return known.contains { body.hasPrefix($0) } && !body.contains(" rejected ")
    }

    private mutating func takeSession(_ text: LogBytes) -> Bool {
        if let start = text.index(of: "rejected "),
            text.hasPrefix("H=") || text.hasPrefix("U=") || text.hasPrefix("F=") || start == 0
                || text.contains("H=")
        {
            let reason = text.dropFirst((text.index(of: ": ", from: start) ?? start - 2) + 2)
            rejects[RejectClass(code: 0, enhanced: .none, text: reason)] += 1
            return true
        }
        if let session = EximSession(text) {
            sessions[session] += 1
            return true
        }
        if text.contains("panic") || text.contains("Failed to ") {
            panics += 1
            return true
        }
        let known: [StaticString] = [
            "Start queue run", "End queue run", "exim ", "daemon ", "H=", "SMTP connection ", "SIGHUP received", "Exim ", "cwd=", "pid ",
            "Warning: ", "Listening on", "TLS ", "SMTP ", "VRFY ", "ETRN ", "DNS list lookup", "no MAIL in SMTP", "Memory", "ident ",
        ]
        return known.contains { text.hasPrefix($0) }
    }

    /// Behind the sign: `user <user@example.org> R=… T=… H=… C="250 OK"`, or with what went wrong behind `defer (…)` or a colon.
    private mutating func deliver(_ rest: LogBytes, _ status: DeliveryStatus, _ id: QueueID, _ source: UInt32, _ moment: UInt32) {
        let domain = DomainName(Self.domain(rest))
        var reason = DeliveryReason.other
        let text = Self.problem(rest)
        if status != .sent {
            reason = Self.reason(text)
            if status == .deferred { deferrals[reason] += 1 } else { bounces[reason] += 1 }
        }
        _ = ledger.deliver(id, source, status, isDiscard: false, reason: reason, domain: domain, age: nil, at: moment)
        destinations.count(domain, status, reason, text)
    }

    private mutating func recordDelays(_ rest: LogBytes) {
        if let start = rest.index(of: " QT="), let time = Self.milliseconds(rest, at: start + 4) { delays.record(time, row: 0) }
        if let start = rest.index(of: " DT="), let time = Self.milliseconds(rest, at: start + 4) { delays.record(time, row: 1) }
    }

    /// `1d2h3m4s`, `0.123s`.
    static func milliseconds(_ text: LogBytes, at index: Int) -> Int? {
        var position = index
        var sum = 0
        while let number = text.number(at: position), number.value < 1_000_000_000 {
            position = number.end
            var thousandths = number.value * 1000
            if text[position] == UInt8(ascii: "."), let fraction = text.number(at: position + 1) {
                let digits = fraction.end - position - 1
                thousandths += digits <= 3 ? fraction.value * [1000, 100, 10, 1][digits] : 0
                position = fraction.end
            }
            switch text[position] {
            case UInt8(ascii: "w"): sum += thousandths * 604_800
            case UInt8(ascii: "d"): sum += thousandths * 86_400
            case UInt8(ascii: "h"): sum += thousandths * 3600
            case UInt8(ascii: "m"): sum += thousandths * 60
            case UInt8(ascii: "s"): sum += thousandths
            default: return nil
            }
            position += 1
            if position > index + 40 { return nil }
        }
        return position > index ? sum : nil
    }
}

extension EximAccount: Restorable {
    func encode(to writer: inout ByteWriter) {
        flags.encode(to: &writer)
        deferrals.encode(to: &writer)
        bounces.encode(to: &writer)
        rejects.encode(to: &writer)
        sessions.encode(to: &writer)
        clients.encode(to: &writer)
        writer.number(panics)
        delays.encode(to: &writer)
        ledger.encode(to: &writer)
        destinations.encode(to: &writer)
    }

    mutating func decode(from reader: inout ByteReader) throws(MailLogFault) {
        try flags.decode(from: &reader)
        try deferrals.decode(from: &reader)
        try bounces.decode(from: &reader)
        try rejects.decode(from: &reader)
        try sessions.decode(from: &reader)
        try clients.decode(from: &reader)
        panics = try reader.counter()
        try delays.decode(from: &reader)
        try ledger.decode(from: &reader)
        try destinations.decode(from: &reader)
    }
}
