extension DovecotAccount {
    /// What a delivery of a traced message says: `lmtp(user)<pid><session>: msgid=<postwatch.…@…>: saved mail to INBOX`, with or without
    /// `sieve: ` in front. It may be any line of Dovecot.
    mutating func trace(_ message: LogBytes, _ host: UInt32, at seconds: UInt32, whole: LogBytes) {
        guard let start = message.index(of: "msgid="), message.hasPrefix(MailTrace.prefix, at: start + 6),
            let identifier = TracedWords.identifier(message, from: start + 6 + MailTrace.prefix.utf8CodeUnitCount),
            let end = message.index(of: ">: ", from: start), let status = Self.status(message.dropFirst(end + 3))
        else { return }
        let session = Self.session(message.prefix(start))
        let name = TracedWords.session(session.text) ?? ""
        let id = QueueID(whole: session)
        traces.begin(MailTrace(program: .dovecot, queueID: name, identifier: identifier), id, host)
        guard let number = traces.find(id, host) else { return }
        traces.change(number, TraceMoment(seconds: seconds, whole: whole)) { trace, moment in
            trace.append(
                MailTrace.Attempt(at: moment, status: status, relay: "", reply: TracedWords.reply(message.dropFirst(end + 3))))
        }
    }

    // MARK: - Private

    private static func status(_ words: LogBytes) -> MailTrace.Status? {
        if words.hasPrefix("saved mail") || words.hasPrefix("stored mail") { return .sent }
        if words.hasPrefix("save failed") || words.hasPrefix("failed to") { return .deferred }
        return words.hasPrefix("rejected") || words.hasPrefix("discarded") ? .bounced : nil
    }

    /// What stands in the last `<…>` in front of the words; empty when there is none.
    private static func session(_ head: LogBytes) -> LogBytes {
        var end = head.count - 1
        while end >= 0, head[end] != UInt8(ascii: ">") { end -= 1 }
        var start = end
        while start >= 0, head[start] != UInt8(ascii: "<") { start -= 1 }
        return start < 0 ? head.prefix(0) : head.part(start + 1, end)
    }
}
