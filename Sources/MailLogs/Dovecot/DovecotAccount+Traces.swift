extension DovecotAccount {
    /// What a delivery of a traced message says: `lmtp(user)<pid><session>: msgid=<postwatch.…@…>: saved mail to INBOX`, with or without
    /// `sieve: ` in front. It may be any line of Dovecot.
    mutating func trace(_ message: LogBytes, _ host: UInt32, at seconds: UInt32, whole: LogBytes) {
        if message.hasPrefix("lmtp("), let process = message.number(at: 5), message.hasPrefix("): ", at: process.end) {
            return traceConnection(message.dropFirst(process.end + 3), process.value, host, TraceMoment(seconds: seconds, whole: whole))
        }
        guard let start = message.index(of: "msgid="), message.hasPrefix(MailTrace.prefix, at: start + 6),
            let identifier = TracedWords.identifier(message, from: start + 6 + MailTrace.prefix.utf8CodeUnitCount),
            let end = message.index(of: ">: ", from: start), let status = Self.status(message.dropFirst(end + 3))
        else { return }
        let (process, session) = Self.origin(message.prefix(start))
        let name = TracedWords.session(session.text) ?? ""
        let id = QueueID(whole: session)
        traces.begin(MailTrace(program: .dovecot, queueID: name, identifier: identifier), id, host)
        guard let number = traces.find(id, host) else { return }
        // Only the first message of a connection came when that began: the sessions of the others are `session:T2`.
        if let process, !name.contains(":"), let beginning = connections.beginning(host: host, process: process) {
            traces.change(number, beginning) { trace, moment in trace.receivedAt = trace.receivedAt ?? moment }
        }
        traces.change(number, TraceMoment(seconds: seconds, whole: whole)) { trace, moment in
            trace.append(
                MailTrace.Attempt(at: moment, status: status, relay: "", reply: TracedWords.reply(message.dropFirst(end + 3))))
        }
    }

    // MARK: - Private

    /// `Connect from 192.0.2.11`, `Disconnect from 192.0.2.11: Logged out`: a process says so that serves no user yet, or no more.
    private mutating func traceConnection(_ words: LogBytes, _ process: Int, _ host: UInt32, _ moment: TraceMoment) {
        let body = words.hasPrefix("Info: ") ? words.dropFirst(6) : words
        if body.hasPrefix("Connect from ") { connections.begin(host: host, process: process, at: moment) }
        if body.hasPrefix("Disconnect") { connections.end(host: host, process: process) }
    }

    private static func status(_ words: LogBytes) -> MailTrace.Status? {
        if words.hasPrefix("saved mail") || words.hasPrefix("stored mail") { return .sent }
        if words.hasPrefix("save failed") || words.hasPrefix("failed to") { return .deferred }
        return words.hasPrefix("rejected") || words.hasPrefix("discarded") ? .bounced : nil
    }

    /// What stands in the last two `<…>` in front of the words, process and session; an empty session when there is none.
    private static func origin(_ head: LogBytes) -> (process: Int?, session: LogBytes) {
        guard let session = lastBrackets(head) else { return (nil, head.prefix(0)) }
        let process = lastBrackets(head.prefix(session.start - 1)).flatMap { brackets in
            head.number(at: brackets.start).flatMap { $0.end == brackets.end && $0.end > brackets.start ? $0.value : nil }
        }
        return (process, head.part(session.start, session.end))
    }

    private static func lastBrackets(_ text: LogBytes) -> (start: Int, end: Int)? {
        var end = text.count - 1
        while end >= 0, text[end] != UInt8(ascii: ">") { end -= 1 }
        var start = end
        while start >= 0, text[start] != UInt8(ascii: "<") { start -= 1 }
        return start < 0 ? nil : (start + 1, end)
    }
}
