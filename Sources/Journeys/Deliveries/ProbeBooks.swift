import PostwatchModel
import PostwatchRuntime
import Synchronization

/// The books that all runs of one journey share, and what they know their messages by.
final class ProbeBooks: Sendable {
    let journey: String
    let key: ProbeSigningKey
    /// What the numbers of this vantage's messages begin with.
    let idPrefix: String
    private let world: World
    private let ledger: Mutex<ProbeLedger>

    init(of setting: JourneySetting, _ patience: DeliveryPatience) {
        journey = setting.configuration.name
        key = setting.signingKey
        idPrefix = ProbeMark.idPrefix(of: setting.vantage)
        world = setting.world
        ledger = Mutex(
            ProbeLedger(
                lateAfter: patience.lateAfter, lostAfter: patience.lostAfter, idPrefix: idPrefix, openedAt: setting.world.now()))
    }

    /// A server took the message; its run waits for it.
    func accept(_ id: String) {
        ledger.withLock { $0.accept(id, at: world.now()) }
    }

    /// The message was seen where it belongs.
    func see(_ id: String) {
        ledger.withLock { $0.see(id, at: world.now()) }
    }

    /// The run has stopped waiting; a later look may find the message.
    func abandon(_ id: String) {
        ledger.withLock { $0.abandon(id) }
    }

    /// Judges a message of this journey that a look came across, and books it.
    func judge(_ mark: ProbeMark) -> ProbeLedger.Verdict {
        ledger.withLock { $0.judge(mark, at: world.now()) }
    }

    /// `probe_message_outstanding_seconds` and `probe_messages_total{outcome}`.
    func samples(_ labels: LabelSet, at now: Timestamp) -> [Sample] {
        let (age, counts) = ledger.withLock { ledger in
            ledger.expire(at: now)
            return (ledger.oldestAge(at: now), ledger.counts)
        }
        let oldest = Sample(
            labels: labels.merging([LabelSet.metricNameLabel: "probe_message_outstanding_seconds"]), timestamp: now, value: age.seconds)
        return [oldest]
            + ProbeLedger.Outcome.allCases.map { outcome in
                Sample(
                    labels: labels.merging([LabelSet.metricNameLabel: "probe_messages_total", "outcome": outcome.rawValue]),
                    timestamp: now, value: Double(counts[outcome] ?? 0))
            }
    }
}
