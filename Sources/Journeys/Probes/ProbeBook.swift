import NIOCore
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// One journey's books, shared by its runs: decides, notes for the disk what was decided, and tells who should hear of it.
///
/// A run uses it in this order: `begin` before anything else, `persist` before the message is handed over, `accept`, `see`, `persist` before
/// the message is deleted, and `release` at the end in any case.
final class ProbeBook: Sendable {
    private let ledger: Mutex<ProbeLedger>
    private let books: ProbeAccounting
    private let world: World
    private let group: any EventLoopGroup
    private let labels: LabelSet

    init(ledger: ProbeLedger, books: ProbeAccounting, setting: JourneySetting) {
        self.ledger = Mutex(ledger)
        self.books = books
        world = setting.world
        group = setting.group
        labels = setting.seriesLabels
    }

    // MARK: A message's way

    /// A message is about to be handed over. The run that says so waits for it until it calls `release`.
    func begin(_ mark: ProbeMark) {
        change { $0.begin(mark.id, at: mark.sentAt) }
    }

    /// A server took the message.
    func accept(_ id: String, _ acceptance: Acceptance) {
        let now = world.now()
        change {
            $0.accept(id, by: acceptance.endpoint, reply: acceptance.reply, queueID: acceptance.queueID, at: now)
        }
    }

    /// Copies of the message were found, all by the same look.
    func see(_ id: String, _ copies: [ProbeSighting]) {
        let now = world.now()
        change { $0.see(id, copies: copies, bookedAt: now) }
    }

    /// What became of the message is known from elsewhere than a mailbox.
    func settle(_ id: String, as outcome: ProbeOutcome, because reason: String? = nil, at now: Timestamp) {
        change { $0.settle(id, as: outcome, because: reason, at: now) }
    }

    /// The run waits no longer.
    /// - Parameter mayBeSent: whether a server may have taken the message although nobody said so.
    func release(_ id: String, mayBeSent: Bool) {
        let now = world.now()
        change { $0.release(id, mayBeSent: mayBeSent, at: now) }
    }

    /// Returns when all that was booked is on disk, or cannot be brought there now: `false` then.
    @discardableResult
    func persist(before deadline: NIODeadline) async -> Bool { await books.persist(before: deadline, on: group.next()) }

    // MARK: Looking

    /// Everything of this journey that lay in the mailboxes at `start` has been judged.
    func look(begunAt start: Timestamp) {
        let now = world.now()
        change { ledger in
            ledger.look(begunAt: start)
            ledger.expire(at: now)
        }
    }

    /// Judges messages that a look came across, and books them. The verdicts are in the order of the messages; nothing may be deleted
    /// before `persist` has returned.
    func judge(_ found: [(mark: ProbeMark, sighting: ProbeSighting)], before deadline: NIODeadline) async -> [ProbeLedger.Verdict] {
        await recall(found.map(\.mark.id), before: deadline)
        let now = world.now()
        return change { ledger in found.map { ledger.judge($0.mark, $0.sighting, at: now) } }
    }

    /// Makes messages known that ended so long ago that only the disk remembers. `false` when it does not answer in time.
    @discardableResult
    func recall(_ ids: [String], before deadline: NIODeadline) async -> Bool {
        let unknown = ledger.withLock { ledger in ids.filter { !ledger.knows($0) } }
        guard !unknown.isEmpty else { return true }
        guard let records = await books.probes(unknown, before: deadline, on: group.next()) else { return false }
        recall(records)
        return true
    }

    func recall(_ records: [ProbeRecord]) {
        ledger.withLock { ledger in
            for record in records { ledger.recall(record) }
        }
    }

    // MARK: What is known

    func record(of id: String) -> ProbeRecord? { ledger.withLock { $0.record(of: id) } }

    /// Messages of earlier runs have not ended.
    var hasStragglers: Bool { ledger.withLock(\.hasStragglers) }

    /// The totals, and what is outstanding: `probe_messages_total{outcome}`, `probe_messages_corrected_total{outcome}`,
    /// `probe_messages_sent_total`, `probe_messages_unsent_total`, `probe_messages_outstanding`, `probe_messages_unconfirmed`,
    /// `probe_message_outstanding_seconds`.
    func samples(at now: Timestamp) -> [Sample] {
        change { $0.expire(at: now) }
        func sample(_ metric: String, _ value: Double, _ more: LabelSet = [:]) -> Sample {
            Sample(labels: labels.merging(more).merging([LabelSet.metricNameLabel: metric]), timestamp: now, value: value)
        }
        return ledger.withLock { ledger in
            let tally = ledger.tally
            return [
                sample("probe_message_outstanding_seconds", ledger.oldestAge(at: now).seconds),
                sample("probe_messages_outstanding", Double(ledger.outstandingCount)),
                sample("probe_messages_unconfirmed", Double(ledger.unconfirmedCount)),
                sample("probe_messages_sent_total", Double(tally.sent)),
                sample("probe_messages_unsent_total", Double(tally.unsent)),
            ]
                + ProbeOutcome.allCases.flatMap { outcome in
                    [
                        sample("probe_messages_total", Double(tally.outcomes[outcome] ?? 0), ["outcome": outcome.rawValue]),
                        sample("probe_messages_corrected_total", Double(tally.corrected[outcome] ?? 0), ["outcome": outcome.rawValue]),
                    ]
                }
        }
    }

    // MARK: - Private

    /// Decides, and notes what changed before anybody else can decide: what is noted is in the order of the decisions.
    private func change<Result: Sendable>(_ body: (inout sending ProbeLedger) -> Result) -> Result {
        let (result, news) = ledger.withLock { ledger -> (Result, [ProbeLedger.News]) in
            let result = body(&ledger)
            if let change = ledger.takeChange() { books.note(change) }
            return (result, ledger.takeNews())
        }
        for item in news {
            switch item {
            case .lost(let record): books.tell(.lost(record))
            case .found(let record): books.tell(.found(record))
            }
        }
        return result
    }
}
