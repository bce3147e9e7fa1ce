extension EximAccount {
    /// What a line says of a traced message, from behind its id on: `<= … id=postwatch.…@…`, then tries and the end.
    @inline(__always)
    mutating func trace(_ body: LogBytes, _ id: QueueID, _ source: UInt32, _ moment: @autoclosure () -> TraceMoment) {
        if body.hasPrefix("<= ") {
            guard let start = body.index(of: " id=postwatch."), let identifier = TracedWords.identifier(body, from: start + 14) else {
                return
            }
            traces.begin(MailTrace(program: .exim, queueID: id.text, identifier: identifier), id, source)
        }
        guard let number = traces.find(id, source) else { return }
        trace(body, number, moment())
    }

    // MARK: - Private

    /// In milliseconds: some 30 years.
    private static let longestDelay = 1 << 40

    private mutating func trace(_ body: LogBytes, _ number: Int, _ moment: TraceMoment) {
        traces.change(number, moment) { trace, moment in
            switch EximFlag(body) {
            case .arrived: trace.receivedAt = trace.receivedAt ?? moment
            case .delivered, .additional, .cutthrough: trace.append(Self.attempt(body, .sent, at: moment))
            case .deferred: trace.append(Self.attempt(body, .deferred, at: moment))
            case .failed: trace.append(Self.attempt(body, .bounced, at: moment))
            case .completed: trace.removedAt = moment
            case .suppressed: break
            case nil:
                if body.hasPrefix("Frozen") || body.hasPrefix("frozen by ") { trace.heldAt = moment }
                if body.hasPrefix("Unfrozen") || body.hasPrefix("unfrozen by ") { trace.releasedAt = moment }
                if body.hasPrefix("removed by ") || body.hasPrefix("cancelled by ") { trace.removedAt = moment }
            }
        }
    }

    /// `=> user <…> R=… T=… H=mx.example.org [192.0.2.9] C="250 OK id=…" QT=1m30s DT=0.5s`.
    private static func attempt(_ body: LogBytes, _ status: MailTrace.Status, at moment: Int64) -> MailTrace.Attempt {
        var attempt = MailTrace.Attempt(at: moment, status: status, relay: "", reply: "")
        if let start = body.index(of: " H=") {
            let host = body.dropFirst(start + 3)
            let end = host.index(of: UInt8(ascii: "]")).map { $0 + 1 } ?? host.index(of: UInt8(ascii: " ")) ?? host.count
            attempt.relay = TracedWords.relay(host.prefix(end)).replacing(" [", with: "[")
        }
        guard status == .sent else {
            attempt.reply = TracedWords.reply(problem(body.dropFirst(3)))
            return attempt
        }
        if let start = body.index(of: " C=\""), let end = body.index(of: UInt8(ascii: "\""), from: start + 4) {
            let reply = body.part(start + 4, end)
            attempt.reply = TracedWords.reply(reply)
            attempt.nextQueueID = TracedWords.nextQueueID(reply)
        }
        if let start = body.index(of: " QT="), let total = milliseconds(body, at: start + 4), let delivery = body.index(of: " DT="),
            let spent = milliseconds(body, at: delivery + 4)
        {
            attempt.stages = SIMD4(0, min(max(0, total - spent), longestDelay), 0, min(spent, longestDelay))
        }
        return attempt
    }
}
