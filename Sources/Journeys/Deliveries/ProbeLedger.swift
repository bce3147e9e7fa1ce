import PostwatchModel

/// The books of one inbound journey: which messages were accepted and have not been seen, and what became of the others.
/// Every accepted message ends in exactly one outcome.
struct ProbeLedger: Sendable {
    enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// Seen in time.
        case inbox
        /// Seen, but after `lateAfter`.
        case late
        /// Not seen within `lostAfter`.
        case lost
    }

    /// What is to be done with one of our messages that lies in the mailbox.
    enum Verdict: Hashable, Sendable {
        /// Another run waits for it, or it is too young to judge.
        case leave
        /// Nobody needs it any more.
        case collect
    }

    private struct Message: Hashable, Sendable {
        let acceptedAt: Timestamp
        var isAwaited = true
    }

    let lateAfter: Duration
    let lostAfter: Duration
    /// What the identifiers of this vantage begin with.
    let idPrefix: String
    /// Messages of this vantage from before are an earlier process's.
    let openedAt: Timestamp
    private(set) var counts: [Outcome: Int] = Dictionary(uniqueKeysWithValues: Outcome.allCases.map { ($0, 0) })
    private var outstanding: [String: Message] = [:]

    init(lateAfter: Duration, lostAfter: Duration, idPrefix: String, openedAt: Timestamp) {
        self.lateAfter = lateAfter
        self.lostAfter = lostAfter
        self.idPrefix = idPrefix
        self.openedAt = openedAt
    }

    /// A server took the message; its run waits for it.
    mutating func accept(_ id: String, at now: Timestamp) {
        outstanding[id] = Message(acceptedAt: now)
    }

    /// The message was seen in the mailbox.
    mutating func see(_ id: String, at now: Timestamp) {
        guard let message = outstanding.removeValue(forKey: id) else { return }
        counts[now - message.acceptedAt > lateAfter ? .late : .inbox, default: 0] += 1
    }

    /// The run has stopped waiting; a later visit may find the message.
    mutating func abandon(_ id: String) {
        outstanding[id]?.isAwaited = false
    }

    /// Gives up messages that are overdue.
    mutating func expire(at now: Timestamp) {
        for (id, message) in outstanding where !message.isAwaited && now - message.acceptedAt >= lostAfter {
            outstanding[id] = nil
            counts[.lost, default: 0] += 1
        }
    }

    /// Judges a message of this journey that a visit came across, and books it when it was outstanding.
    mutating func judge(_ mark: ProbeMark, at now: Timestamp) -> Verdict {
        if let message = outstanding[mark.id] {
            if message.isAwaited { return .leave }
            see(mark.id, at: now)
            return .collect
        }
        let isOverdue = now - mark.sentAt >= lostAfter
        let isEarlierProcess = mark.id.hasPrefix(idPrefix) && mark.sentAt < openedAt
        return isOverdue || isEarlierProcess ? .collect : .leave
    }

    /// The age of the oldest message that is outstanding; 0 when there is none.
    func oldestAge(at now: Timestamp) -> Duration {
        outstanding.values.map(\.acceptedAt).min().map { max(now - $0, .zero) } ?? .zero
    }
}
