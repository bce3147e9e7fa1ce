extension PostfixAccount {
    /// The first line that names the message: `message-id=<postwatch.…@…>`.
    mutating func beginTrace(_ line: PostfixLine, _ body: LogBytes, _ id: QueueID) {
        guard let identifier = TracedWords.identifier(body, from: 11 + MailTrace.prefix.utf8CodeUnitCount) else { return }
        let trace = MailTrace(program: .postfix, queueID: id.text, identifier: identifier)
        traces.begin(trace, id, line.source)
        note(line, id) { trace, moment in trace.receivedAt = trace.receivedAt ?? moment }
        // A rule may have set it aside before that header came.
        if ledger.isHeld(id, line.source) { note(line, id) { trace, moment in trace.heldAt = moment } }
    }

    @inline(__always)
    mutating func traceDelivery(_ delivery: Delivery, _ id: QueueID, _ line: PostfixLine) {
        guard let number = traces.find(id, line.source) else { return }
        trace(delivery, number, line)
    }

    /// Changes what is known of a traced message; does nothing for all others.
    @inline(__always)
    mutating func note(_ line: PostfixLine, _ id: QueueID, _ body: (inout MailTrace, Int64) -> Void) {
        guard let number = traces.find(id, line.source) else { return }
        traces.change(number, TraceMoment(seconds: line.moment, whole: line.whole), body)
    }

    // MARK: - Private

    private mutating func trace(_ delivery: Delivery, _ number: Int, _ line: PostfixLine) {
        let status: MailTrace.Status
        switch delivery.status {
        case .sent: status = .sent
        case .deferred: status = .deferred
        case .bounced: status = .bounced
        case .deliverable, .undeliverable: return
        }
        traces.change(number, TraceMoment(seconds: line.moment, whole: line.whole)) { trace, moment in
            trace.append(
                MailTrace.Attempt(
                    at: moment, status: status, relay: TracedWords.relay(delivery.relay), stages: delivery.stages,
                    reply: TracedWords.reply(delivery.text),
                    nextQueueID: status == .sent ? TracedWords.nextQueueID(delivery.text) : nil))
        }
    }
}
