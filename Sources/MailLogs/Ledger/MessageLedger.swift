/// Accounts for every message by its queue id, from its first line to its last. Bounded: when it is full, one of the messages of which
/// nothing was heard for long makes room, is counted, and is never taken for lost.
struct MessageLedger: Sendable {
    /// How many messages it holds at once.
    let limit: Int
    private let seed: UInt64
    private(set) var entries: [LedgerEntry] = []
    /// Whether the entry of the same number is in use.
    private(set) var isUsed: [Bool] = []
    private var free: [UInt32] = []
    private var index = IndexTable()
    /// Where the search for somebody who makes room goes on.
    private var hand = 0
    /// Where the search for messages that were never completed goes on.
    private var broom = 0
    /// In seconds.
    private static let longestArrival = 86_400
    var domains: DomainTable

    var accepted: UInt64 = 0
    var adopted: UInt64 = 0
    var refused: UInt64 = 0
    var outcomes = CounterRow<MessageOutcome>()
    private(set) var phases = CounterRow<LedgerEntry.Phase>()
    var lost = LostMessages()
    var listings: UInt32 = 0
    /// The last messages that rules threw away. Lines of theirs may still come, and are not the beginning of others.
    var discarded: [QueueID] = []
    private static let mostDiscarded = 16

    /// - Parameter limit: > 0.
    init(limit: Int, domains domainLimit: Int, seed: UInt64) {
        precondition(limit > 0, "a ledger needs room for a message")
        self.limit = limit
        self.seed = seed
        domains = DomainTable(limit: domainLimit, seed: seed)
    }

    var count: Int { index.count }

    // MARK: What the log says

    /// The first line of a message: it is being received.
    @inline(__always)
    mutating func arrive(_ id: QueueID, _ source: UInt32, at moment: UInt32) {
        if let number = find(id, source) {
            entries[number].lastSeen = moment
        } else if discarded.isEmpty || !discarded.contains(id) {
            _ = add(LedgerEntry(id: id, source: source, at: moment, phase: .arriving))
            sweep(at: moment)
        }
    }

    /// The queue manager took it up: it is accepted now, if it was not before.
    @inline(__always)
    mutating func activate(_ id: QueueID, _ source: UInt32, sender: DomainName, at moment: UInt32) {
        let number = accept(id, source, at: moment)
        entries[number].attempts = entries[number].attempts == .max ? .max : entries[number].attempts &+ 1
        if entries[number].senderDomain == 0 { entries[number].senderDomain = domains.hold(sender) }
        move(number, to: .active)
    }

    /// How many times the queue manager took up a message, and whether it was seen from the beginning. `nil` when it is not known.
    struct History {
        let attempts: UInt16
        let isWhole: Bool
    }

    /// One try for one recipient.
    /// - Parameters:
    ///   - age: of the message, in seconds; `nil` when the line does not say.
    ///   - domain: of the recipient.
    @inline(__always)
    mutating func deliver(
        _ id: QueueID, _ source: UInt32, _ status: DeliveryStatus, isDiscard: Bool, reason: DeliveryReason, domain: DomainName, age: Int?,
        at moment: UInt32
    ) -> History {
        let number = accept(id, source, at: moment)
        switch status {
        case .sent: entries[number].marks.insert(isDiscard ? .discarded : .sent)
        case .bounced: entries[number].marks.insert(.bounced)
        case .deliverable, .undeliverable: entries[number].marks.insert(.probed)
        case .deferred:
            entries[number].reason = reason
            if let age { entries[number].arrival = UInt32(clamping: Int(moment) &- age) }
            let held = domains.hold(domain)
            domains.release(entries[number].recipientDomain)
            entries[number].recipientDomain = held
            move(number, to: .deferred)
        }
        return History(attempts: entries[number].attempts, isWhole: !entries[number].marks.contains(.adopted))
    }

    /// The queue manager gave it up.
    mutating func expire(_ id: QueueID, _ source: UInt32, at moment: UInt32) {
        let number = accept(id, source, at: moment)
        entries[number].marks.insert(.expired)
    }

    /// Set aside, or taken back from there.
    mutating func hold(_ id: QueueID, _ source: UInt32, isHeld: Bool, at moment: UInt32) {
        let number = accept(id, source, at: moment)
        move(number, to: isHeld ? .held : .deferred)
    }

    /// Whether it is set aside.
    func isHeld(_ id: QueueID, _ source: UInt32) -> Bool {
        find(id, source).map { entries[$0].phase == .held } ?? false
    }

    /// Refused before it was accepted. What a rule has set aside before is called discarded, for it was counted as accepted.
    mutating func refuse(_ id: QueueID, _ source: UInt32) {
        guard let number = find(id, source) else { return }
        if entries[number].phase == .arriving {
            refused += 1
            drop(number)
        } else if entries[number].phase == .held, entries[number].attempts == 0 {
            close(number, as: .discarded)
        }
    }

    /// Accepted and thrown away at once.
    mutating func discard(_ id: QueueID, _ source: UInt32, at moment: UInt32) {
        close(accept(id, source, at: moment), as: .discarded)
        if discarded.count >= Self.mostDiscarded { discarded.removeFirst() }
        discarded.append(id)
    }

    /// The queue manager removed it: what was seen of it says how it ended.
    @inline(__always)
    mutating func remove(_ id: QueueID, _ source: UInt32, at moment: UInt32) {
        guard let number = find(id, source) else {
            removeUnknown(id, source, at: moment)
            return
        }
        if entries[number].phase == .arriving { _ = accept(id, source, at: moment) }
        let outcome = Self.outcome(of: entries[number].marks)
        entries[number].lastSeen = moment
        close(number, as: outcome)
    }

    /// An administrator took it out.
    mutating func takeOut(_ id: QueueID, _ source: UInt32, as outcome: MessageOutcome, at moment: UInt32) {
        close(accept(id, source, at: moment), as: outcome)
    }

    /// An administrator deleted it; that it is gone will be said later.
    mutating func markDeleted(_ id: QueueID, _ source: UInt32, at moment: UInt32) {
        let number = accept(id, source, at: moment)
        entries[number].marks.insert(.deleted)
    }

    // MARK: What the queue says

    /// Compares with a listing of the queue of some sources. See `MailLogAccount.compare`.
    mutating func compare(_ listed: [QueueID], with isSource: (UInt32) -> Bool, olderThan moment: UInt32) -> QueueComparison {
        listings &+= 1
        var result = QueueComparison()
        var sources: [UInt32: Bool] = [:]
        for number in entries.indices where isUsed[number] && sources[entries[number].source] == nil {
            sources[entries[number].source] = isSource(entries[number].source)
        }
        let meant = sources.filter(\.value).map(\.key)
        var isListed = [Bool](repeating: false, count: entries.count)
        for id in listed {
            var isKnown = false
            for source in meant {
                guard let number = find(id, source) else { continue }
                isListed[number] = true
                isKnown = true
            }
            if !isKnown { result.fromBefore += 1 }
        }
        for number in entries.indices where isUsed[number] && sources[entries[number].source] == true {
            if isListed[number] {
                entries[number].missedListings = 0
                result.found += 1
            } else if entries[number].lastSeen < moment {
                entries[number].missedListings &+= 1
                if entries[number].missedListings >= 2 { giveUp(number, &result) }
            }
        }
        return result
    }

    // MARK: Read-out

    /// For each domain that put messages off and still has some: how many, and when the oldest of them arrived.
    func deferredByDomain() -> [DomainName: (count: Int, oldestArrival: UInt32)] {
        var result: [DomainName: (count: Int, oldestArrival: UInt32)] = [:]
        for number in entries.indices where isUsed[number] && entries[number].phase == .deferred {
            let arrival = entries[number].arrival
            let known = result[domains.name(entries[number].recipientDomain)] ?? (0, arrival)
            result[domains.name(entries[number].recipientDomain)] = (known.count + 1, min(known.oldestArrival, arrival))
        }
        return result
    }

    var balance: LedgerBalance {
        var balance = LedgerBalance()
        balance.accepted = Int(accepted)
        balance.adopted = Int(adopted)
        for outcome in MessageOutcome.allCases { balance.outcomes[outcome] = Int(outcomes[outcome]) }
        balance.inQueue = Int(phases[.active])
        balance.deferred = Int(phases[.deferred])
        balance.held = Int(phases[.held])
        balance.arriving = Int(phases[.arriving])
        balance.refused = Int(refused)
        return balance
    }

    // MARK: - Private

    /// The worst that was seen says how it ended.
    @inline(__always)
    private static func outcome(of marks: LedgerEntry.Marks) -> MessageOutcome {
        if marks.contains(.deleted) { return .deleted }
        if marks.contains(.expired) { return .expired }
        if marks.contains(.bounced) { return .bounced }
        if marks.contains(.discarded) { return .discarded }
        if marks.contains(.sent) { return .delivered }
        if marks.contains(.probed) { return .probed }
        return marks.contains(.adopted) ? .lapsed : .unexplained
    }

    @inline(__always)
    func find(_ id: QueueID, _ source: UInt32) -> Int? {
        index.find(hash(id, source)) { entries[$0].id == id && entries[$0].source == source }
    }

    @inline(__always)
    private func hash(_ id: QueueID, _ source: UInt32) -> UInt64 { id.hash(seed: seed ^ UInt64(source)) }

    /// The number of a message that is accepted by now, whether or not its arrival was seen.
    @inline(__always)
    private mutating func accept(_ id: QueueID, _ source: UInt32, at moment: UInt32) -> Int {
        if let number = find(id, source) {
            entries[number].lastSeen = moment
            if entries[number].phase == .arriving {
                accepted += 1
                move(number, to: .active)
            }
            return number
        }
        adopted += 1
        var entry = LedgerEntry(id: id, source: source, at: moment, phase: .active)
        entry.marks = .adopted
        return add(entry)
    }

    @inline(__always)
    private mutating func move(_ number: Int, to phase: LedgerEntry.Phase) {
        let old = entries[number].phase
        if old == phase { return }
        phases[old] -= 1
        phases[phase] += 1
        entries[number].phase = phase
    }

    mutating func add(_ entry: LedgerEntry) -> Int {
        if count >= limit { evict() }
        let number: Int
        if let reused = free.popLast() {
            number = Int(reused)
            entries[number] = entry
            isUsed[number] = true
        } else {
            number = entries.count
            // Not twice as much at the end: the limit is what this may take.
            if number == entries.capacity { entries.reserveCapacity(min(limit, max(64, number * 2))) }
            entries.append(entry)
            isUsed.append(true)
        }
        phases[entry.phase] += 1
        index.insert(hash(entry.id, entry.source), number)
        return number
    }

    private mutating func close(_ number: Int, as outcome: MessageOutcome) {
        outcomes[outcome] += 1
        if outcome == .unexplained || outcome == .vanished {
            let entry = entries[number]
            lost.append(entry, outcome, sender: domains.name(entry.senderDomain), recipient: domains.name(entry.recipientDomain))
        }
        drop(number)
    }

    @inline(__always)
    private mutating func drop(_ number: Int) {
        let entry = entries[number]
        phases[entry.phase] -= 1
        domains.release(entry.senderDomain)
        domains.release(entry.recipientDomain)
        index.remove(hash(entry.id, entry.source), number)
        isUsed[number] = false
        free.append(UInt32(truncatingIfNeeded: number))
    }

    /// Looks at two messages each time that another arrives. One that was never completed is not waited for longer than a day: no session
    /// lasts as long.
    @inline(__always)
    private mutating func sweep(at moment: UInt32) {
        for _ in 0..<2 {
            broom = broom &+ 1 < entries.count ? broom &+ 1 : 0
            guard isUsed[broom], entries[broom].phase == .arriving, Int(entries[broom].lastSeen) &+ Self.longestArrival < Int(moment) else {
                continue
            }
            refused += 1
            drop(broom)
        }
    }

    /// Of the next eight messages the one of which nothing was heard for longest makes room. Each is looked at again only after all others.
    private mutating func evict() {
        var oldest = -1
        for _ in 0..<min(8, entries.count) {
            hand = hand + 1 < entries.count ? hand + 1 : 0
            if isUsed[hand], oldest < 0 || entries[hand].lastSeen < entries[oldest].lastSeen { oldest = hand }
        }
        guard oldest >= 0 else { return }
        if entries[oldest].phase == .arriving {
            refused += 1
            drop(oldest)
        } else {
            close(oldest, as: .evicted)
        }
    }

    /// One that was taken for vanished has come back, or it was there before the log began.
    private mutating func removeUnknown(_ id: QueueID, _ source: UInt32, at moment: UInt32) {
        if lost.recall(id, source) {
            outcomes[.vanished] -= 1
            outcomes[.lapsed] += 1
        } else {
            adopted += 1
            outcomes[.lapsed] += 1
        }
    }

    private mutating func giveUp(_ number: Int, _ result: inout QueueComparison) {
        if entries[number].phase == .arriving {
            refused += 1
            drop(number)
        } else if entries[number].marks.contains(.adopted) {
            close(number, as: .lapsed)
        } else {
            close(number, as: .vanished)
            result.vanished += 1
        }
    }
}
