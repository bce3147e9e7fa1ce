extension PostfixAccount {
    /// Lines of smtpd, all but warnings.
    @inline(__always)
    mutating func takeSmtpd(_ line: PostfixLine, _ body: LogBytes, _ id: QueueID?) -> Bool {
        switch body[0] {
        case UInt8(ascii: "c"):
            if body.hasPrefix("connect from ") {
                counters.sessions[.connect] &+= 1
                return true
            }
            guard body.hasPrefix("client=") else { return false }
            // Not the beginning of a message yet: a client may go away without one. cleanup says when it comes.
            takeClient(body)
            return true
        case UInt8(ascii: "d"):
            if body.hasPrefix("disconnect from ") {
                counters.sessions[.disconnect] &+= 1
                countCommands(body)
                return true
            }
            return takeRule(line, body, id)
        case UInt8(ascii: "r") where body.hasPrefix("reject: "):
            countReject(body.dropFirst(8), by: .smtpd)
            return true
        case UInt8(ascii: "m") where body.hasPrefix("milter-reject: "):
            countReject(body.dropFirst(15), by: .smtpd, isMilter: true)
            return true
        case UInt8(ascii: "p") where body.hasPrefix("proxy-reject: "):
            countReject(body.dropFirst(14), by: .smtpd)
            return true
        case UInt8(ascii: "l") where body.hasPrefix("lost connection after "):
            countLoss(.lost, body.dropFirst(22))
            return true
        case UInt8(ascii: "t") where body.hasPrefix("timeout after "):
            countLoss(.timeout, body.dropFirst(14))
            return true
        case UInt8(ascii: "t") where body.hasPrefix("too many errors after "):
            counters.sessions[.tooManyErrors] += 1
            return true
        case UInt8(ascii: "A"), UInt8(ascii: "T"), UInt8(ascii: "U"), UInt8(ascii: "V"):
            return Self.takeTLS(body, into: &counters.tlsIn) || body.hasPrefix("TLS SNI ")
        case UInt8(ascii: "S") where body.hasPrefix("SSL_accept error from "):
            counters.sessions[.handshakeFailure] += 1
            return true
        case UInt8(ascii: "i") where body.hasPrefix("improper command pipelining after "):
            counters.sessions[.pipelining] += 1
            return true
        default:
            return takeRule(line, body, id) || Self.isKnownSmtpd(body)
        }
    }

    /// What stands behind `reject: `: `RCPT from host[address]: 554 5.7.1 <…>: …; from=<…> to=<…> proto=… helo=<…>`.
    mutating func countReject(_ text: LogBytes, by service: RejectingService, isMilter: Bool = false) {
        var rest = text
        // The name of a host holds neither blank nor bracket; what comes behind the address was chosen by the client.
        if let from = rest.index(of: " from "), let bracket = rest.index(of: UInt8(ascii: "]"), from: from),
            let colon = rest.index(of: UInt8(ascii: " "), from: bracket)
        {
            rest = rest.dropFirst(colon + 1)
        }
        var code = 0
        var enhanced = EnhancedCode.none
        var codeText = rest.prefix(0)
        if let read = EnhancedCode.read(rest, at: 0) {
            enhanced = read.code
            rest = rest.dropFirst(read.end + 1)
        } else if let number = rest.number(at: 0), number.end == 3 {
            code = number.value
            codeText = rest.prefix(3)
            rest = rest.dropFirst(4)
            if let read = EnhancedCode.read(rest, at: 0) {
                enhanced = read.code
                rest = rest.dropFirst(read.end + 1)
            }
        }
        // The address stands there without its quotes, so it may hold `>`.
        if rest[0] == UInt8(ascii: "<"), let end = rest.index(of: ">: ") { rest = rest.dropFirst(end + 3) }
        if let end = rest.index(of: "; from=<") { rest = rest.prefix(end) }
        counters.rejectCodes.count(codeText, service)
        counters.rejects[service, isMilter ? .milter : RejectClass(code: code, enhanced: enhanced, text: rest)] += 1
    }

    /// What rules did that are not refusals: `hold: RCPT from …`, also of cleanup. Says whether it was one.
    mutating func takeRule(_ line: PostfixLine, _ body: LogBytes, _ id: QueueID?) -> Bool {
        guard let action = Self.action(body) else { return false }
        counters.actions[action] += 1
        guard let id else { return true }
        if action == .discard {
            ledger.arrive(id, line.source, at: line.moment)
            ledger.discard(id, line.source, at: line.moment)
        }
        // smtpd says so before the message is complete; cleanup, when it is in the queue for good.
        if action == .hold, line.daemon == .cleanup {
            ledger.hold(id, line.source, isHeld: true, at: line.moment)
            note(line, id) { trace, moment in trace.heldAt = moment }
        }
        return true
    }

    // MARK: - Private

    @inline(__always)
    private mutating func takeClient(_ body: LogBytes) {
        var method = SASLMethod.none
        if let start = body.index(of: ", sasl_method=") {
            let end = body.index(of: UInt8(ascii: ","), from: start + 14) ?? body.count
            method = SASLMethod(body.part(start + 14, end))
        }
        counters.clients[method] &+= 1
    }

    /// `disconnect from host[address] ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4`.
    @inline(__always)
    private mutating func countCommands(_ body: LogBytes) {
        guard let bracket = body.index(of: UInt8(ascii: "]"), from: 16), var position = body.index(of: UInt8(ascii: " "), from: bracket)
        else { return }
        while position < body.count {
            let start = position &+ 1
            position = start
            while position < body.count, body[position] != UInt8(ascii: "="), body[position] != UInt8(ascii: " ") { position &+= 1 }
            guard body[position] == UInt8(ascii: "="), let accepted = body.number(at: position &+ 1) else { return }
            let command = SessionCommand.read(body, start, position &- start)
            position = accepted.end
            var all = accepted.value
            if body[position] == UInt8(ascii: "/"), let sum = body.number(at: position &+ 1) {
                all = max(sum.value, all)
                position = sum.end
            }
            if let command {
                counters.commands[command, .accepted] &+= UInt64(accepted.value)
                if all > accepted.value { counters.commands[command, .rejected] &+= UInt64(all &- accepted.value) }
            }
            guard body[position] == UInt8(ascii: " ") else { return }
        }
    }

    private mutating func countLoss(_ loss: SessionLoss, _ rest: LogBytes) {
        let end = rest.index(of: UInt8(ascii: " ")) ?? rest.count
        counters.losses[loss, SessionStage(rest.prefix(end))] += 1
    }

    private static func action(_ body: LogBytes) -> RuleAction? {
        let known: [(StaticString, RuleAction)] = [
            ("reject_warning: ", .rejectWarning), ("discard: ", .discard), ("hold: ", .hold), ("filter: ", .filter),
            ("redirect: ", .redirect), ("prepend: ", .prepend), ("replace: ", .replace), ("strip: ", .strip), ("bcc: ", .bcc),
            ("warn: ", .warn), ("info: ", .info), ("ignore: ", .ignore), ("proxy-accept: ", .proxyAccept), ("milter-discard: ", .discard),
            ("milter-hold: ", .hold), ("milter-warning: ", .milter), ("milter-header-", .milter), ("milter-body-", .milter),
            ("milter-data-", .milter), ("pass: ", .pass), ("permit: ", .pass), ("delay: ", .warn),
        ]
        return known.first { body.hasPrefix($0.0) }?.1
    }

    private static func isKnownSmtpd(_ body: LogBytes) -> Bool {
        let known: [StaticString] = [
            "setting up TLS connection from ", "initializing the server-side TLS engine", "discarding EHLO keywords", "table ",
            "statistics: ",
            "using backwards-compatible default", "Host not found", "concatenating ", "abort all milters", "sender non-delivery",
            "message deferred", "xforward ", "fingerprint=", "subject_CN=", "certificate ", "Client certificate ", "issuer=",
        ]
        return known.contains { body.hasPrefix($0) }
    }
}
