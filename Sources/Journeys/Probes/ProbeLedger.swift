import PostwatchModel

/// The books of one journey's messages: which are outstanding, what became of the others. Pure; whoever owns it keeps on disk what
/// `takeChange` gives.
///
/// Events may come in any order and more than once. `ProbeTally` says what holds after each.
struct ProbeLedger: Sendable {
    /// When a message counts as late, and when as lost.
    struct Terms: Hashable, Sendable {
        /// From acceptance to being seen. A message that takes longer is late.
        let lateAfter: Duration
        /// From acceptance. A message that was not there when the mailbox was looked at after that is lost.
        let lostAfter: Duration
    }

    /// What is to be done with one of our messages that lies in a mailbox.
    enum Verdict: Hashable, Sendable {
        /// Another run waits for it, or it may be another vantage's.
        case leave
        /// Booked; nobody needs it any more.
        case collect
    }

    /// Something that somebody should hear of.
    enum News: Hashable, Sendable {
        case lost(ProbeRecord)
        /// It had been booked as lost.
        case found(ProbeRecord)
    }

    private struct Awaited: Sendable {
        var record: ProbeRecord
        /// A run waits for it.
        var isWatched: Bool
        /// Until when a run looked for it in vain.
        var watchedUntil: Timestamp?
    }

    /// Messages that have ended and are remembered without asking the disk, so that another copy is known for what it is.
    private static let recentLimit = 500

    let journey: String
    let vantage: String
    let terms: Terms
    private(set) var tally: ProbeTally

    private let openedAt: Timestamp
    private var outstanding: [String: Awaited]
    private var recent: [String: ProbeRecord] = [:]
    private var recentOrder: [String] = []
    private var lookedAt: Timestamp?
    private var changed: [String: ProbeRecord] = [:]
    private var news: [News] = []

    /// - Parameter account: what an earlier process left.
    init(journey: String, vantage: String, terms: Terms, account: ProbeAccount = ProbeAccount(), openedAt: Timestamp) {
        self.journey = journey
        self.vantage = vantage
        self.terms = terms
        self.tally = account.tally
        self.openedAt = openedAt
        outstanding = Dictionary(account.outstanding.map { ($0.id, Awaited(record: $0, isWatched: false)) }) { first, _ in first }
    }

    // MARK: A message's way

    /// A message is about to be handed over; its run waits for it.
    mutating func begin(_ id: String, at now: Timestamp) {
        guard record(of: id) == nil else { return }
        tally.begun += 1
        let record = ProbeRecord(id: id, journey: journey, vantage: vantage, begunAt: now)
        outstanding[id] = Awaited(record: record, isWatched: true)
        changed[id] = record
    }

    /// A server took the message.
    mutating func accept(_ id: String, by server: String, reply: String, queueID: String?, at now: Timestamp) {
        guard var record = record(of: id), record.acceptedAt == nil else { return }
        record.acceptedAt = now
        record.server = server
        record.reply = reply
        record.queueID = queueID
        switch record.stage {
        case .begun:
            tally.sent += 1
            record.stage = .accepted
        case .unsent:
            tally.sent += 1
            tally.unsentFound += 1
            record.stage = .accepted
            record.settledAt = nil
        case .accepted, .settled: break
        }
        keep(record)
    }

    /// A copy of the message lies in a mailbox.
    mutating func see(_ id: String, as sighting: ProbeSighting, bookedAt now: Timestamp) {
        guard var record = record(of: id) else { return }
        if let earlier = record.sighting {
            // A copy whose deletion did not come through is the same one.
            guard !earlier.isSameCopy(as: sighting) else { return }
            settle(&record, as: .duplicate, at: now)
        } else {
            record.sighting = sighting
            settle(&record, as: outcome(of: record, seen: sighting), at: now)
        }
    }

    /// Several copies lie there at once.
    mutating func see(_ id: String, copies: [ProbeSighting], bookedAt now: Timestamp) {
        if copies.count > 1, var record = record(of: id), record.isOutstanding {
            record.sighting = copies[0]
            settle(&record, as: .duplicate, at: now)
        } else {
            for copy in copies { see(id, as: copy, bookedAt: now) }
        }
    }

    /// What became of the message is known from elsewhere: from a log, or from a message about it. What was seen in a mailbox counts for
    /// more.
    mutating func settle(_ id: String, as outcome: ProbeOutcome, because reason: String? = nil, at now: Timestamp) {
        guard var record = record(of: id), record.sighting == nil || outcome == .duplicate else { return }
        record.reason = reason ?? record.reason
        settle(&record, as: outcome, at: now)
    }

    /// The run has stopped waiting; a later look may find the message.
    /// - Parameter mayBeSent: whether a server may have taken it although nobody said so.
    mutating func release(_ id: String, mayBeSent: Bool, at now: Timestamp) {
        guard var awaited = outstanding[id] else { return }
        guard awaited.record.stage != .begun || mayBeSent else { return giveUp(awaited.record, at: now) }
        awaited.isWatched = false
        awaited.watchedUntil = now
        outstanding[id] = awaited
    }

    // MARK: Looking

    /// Everything of this journey that lay in the mailbox at `start` has been judged.
    mutating func look(begunAt start: Timestamp) {
        lookedAt = max(lookedAt ?? start, start)
    }

    /// Books messages as lost whose time is over. A look after that time must have missed them; while nobody can look, they are waited for
    /// twice as long, counted from the start of this process for those of an earlier one.
    mutating func expire(at now: Timestamp) {
        for (id, awaited) in outstanding where !awaited.isWatched {
            var record = awaited.record
            let due = record.agesFrom + terms.lostAfter
            guard now >= due, (lookedAt.map { $0 >= due } ?? false) || now >= max(due, openedAt) + terms.lostAfter else { continue }
            switch record.stage {
            case .begun: giveUp(record, at: now)
            case .accepted:
                settle(&record, as: .lost, at: now)
                news.append(.lost(record))
            case .settled, .unsent: outstanding[id] = nil
            }
        }
    }

    /// Whether the books must be asked on disk before this message can be judged.
    func knows(_ id: String) -> Bool { record(of: id) != nil }

    /// Takes in what the disk knows of a message that has ended.
    mutating func recall(_ record: ProbeRecord) {
        guard record.journey == journey, record.vantage == vantage, !record.isOutstanding, !knows(record.id) else { return }
        remember(record)
    }

    /// Judges a message of this journey that a look came across, and books it.
    /// - Parameter sighting: when it arrived as the mailbox tells; that is believed within what is known here.
    mutating func judge(_ mark: ProbeMark, _ sighting: ProbeSighting, at now: Timestamp) -> Verdict {
        guard let record = record(of: mark.id) else {
            // Another vantage's, or one that nobody remembers. Its own books are closed by then.
            return now - mark.sentAt >= terms.lostAfter * 2 ? .collect : .leave
        }
        let awaited = outstanding[mark.id]
        if awaited?.isWatched == true { return .leave }
        let earliest = awaited?.watchedUntil ?? record.agesFrom
        let arrived = min(max(sighting.at, earliest), max(now, earliest))
        see(
            mark.id, as: ProbeSighting(place: sighting.place, folder: sighting.folder, uid: sighting.uid, at: arrived), bookedAt: now)
        return .collect
    }

    // MARK: What is known

    func record(of id: String) -> ProbeRecord? { outstanding[id]?.record ?? recent[id] }

    /// Messages that a server took and that have not ended.
    var outstandingCount: Int { outstanding.values.count { $0.record.stage == .accepted } }

    /// Messages of which nobody knows whether a server took them.
    var unconfirmedCount: Int { outstanding.values.count { $0.record.stage == .begun } }

    /// Messages of earlier runs have not ended.
    var hasStragglers: Bool { outstanding.values.contains { !$0.isWatched } }

    /// The age of the oldest message that a server took and that has not ended; 0 when there is none.
    func oldestAge(at now: Timestamp) -> Duration {
        let oldest = outstanding.values.lazy.filter { $0.record.stage == .accepted }.map(\.record.agesFrom).min()
        return oldest.map { max(now - $0, .zero) } ?? .zero
    }

    /// What has changed since this was last asked; `nil` when nothing has.
    mutating func takeChange() -> ProbeChange? {
        guard !changed.isEmpty else { return nil }
        defer { changed = [:] }
        return ProbeChange(journey: journey, vantage: vantage, tally: tally, records: changed.values.sorted { $0.id < $1.id })
    }

    mutating func takeNews() -> [News] {
        defer { news = [] }
        return news
    }

    // MARK: - Private

    private func outcome(of record: ProbeRecord, seen sighting: ProbeSighting) -> ProbeOutcome {
        switch sighting.place {
        case .junk: .junk
        case .quarantine: .quarantined
        case .inbox: record.stage == .settled(.lost) || sighting.at - record.agesFrom > terms.lateAfter ? .late : .inbox
        }
    }

    /// Books an end, or another one in its place.
    private mutating func settle(_ record: inout ProbeRecord, as outcome: ProbeOutcome, at now: Timestamp) {
        switch record.stage {
        case .begun:
            tally.sent += 1
            tally.book(outcome)
        case .accepted: tally.book(outcome)
        case .unsent:
            tally.sent += 1
            tally.unsentFound += 1
            tally.book(outcome)
        case .settled(outcome), .settled(.duplicate): return keep(record)
        case .settled(let earlier):
            guard outcome != .lost else { return }
            tally.correct(earlier, to: outcome)
            if earlier == .lost {
                record.stage = .settled(outcome)
                news.append(.found(record))
            }
        }
        record.stage = .settled(outcome)
        record.settledAt = now
        keep(record)
    }

    private mutating func giveUp(_ record: ProbeRecord, at now: Timestamp) {
        var record = record
        tally.unsent += 1
        record.stage = .unsent
        record.settledAt = now
        keep(record)
    }

    /// Puts a message where its stage belongs, and notes it as changed.
    private mutating func keep(_ record: ProbeRecord) {
        changed[record.id] = record
        guard record.isOutstanding else {
            outstanding[record.id] = nil
            return remember(record)
        }
        recent[record.id] = nil
        outstanding[record.id, default: Awaited(record: record, isWatched: true)].record = record
    }

    private mutating func remember(_ record: ProbeRecord) {
        if recent.updateValue(record, forKey: record.id) == nil { recentOrder.append(record.id) }
        guard recentOrder.count > Self.recentLimit * 2 else { return }
        for id in recentOrder.dropLast(Self.recentLimit) { recent[id] = nil }
        recentOrder.removeFirst(recentOrder.count - Self.recentLimit)
    }
}
