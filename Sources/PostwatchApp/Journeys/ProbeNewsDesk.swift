import Journeys
import Logging
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// Tells what happens to probe messages: to the log, to Postwatch's own counters, and to whoever asks why an alert of a journey fires.
final class ProbeNewsDesk: Sendable {
    /// How long a loss explains alerts of its journey: as long as the rule about it looks back.
    static let memory = Duration.seconds(900)

    private let telemetry: Telemetry
    private let logger: Logger
    private let world: World
    /// The last of each journey at each vantage: what is lost from one place explains nothing that is seen from another.
    private let losses = Mutex<[Place: (at: Timestamp, record: ProbeRecord)]>([:])

    private struct Place: Hashable {
        let journey: String
        let vantage: String

        init(_ record: ProbeRecord) {
            (journey, vantage) = (record.journey, record.vantage)
        }

        init(journey: String, vantage: String) {
            (self.journey, self.vantage) = (journey, vantage)
        }
    }

    /// Of messages of other vantages the log names so many in a minute; the others are counted. One vantage may be a stranger.
    private let pacing = Mutex(LogPacing<String>(capacity: 200))

    /// Places of losses that are remembered; beyond, a tenth goes, the oldest. Agents name them.
    private static let mostLosses = 10_000

    init(telemetry: Telemetry, logger: Logger, world: World) {
        self.telemetry = telemetry
        self.logger = logger
        self.world = world
    }

    func take(_ news: ProbeNews) {
        switch news {
        case .lost(let record):
            remember(record)
            telemetry.report(ProbeMessageLost(record: record), to: logger)
        case .found(let record):
            forget(record)
            telemetry.report(ProbeMessageFound(record: record), to: logger)
        case .notRecorded(let reason):
            telemetry.report(ProbesNotRecorded(reason: reason), to: logger)
        case .bouncesUnread(let reason):
            telemetry.report(BounceMailboxUnread(reason: reason), to: logger)
        case .bouncesRead(let mailbox):
            logger.info("The mailbox for undelivered probe messages can be read again", metadata: ["mailbox": "\(mailbox)"])
        }
    }

    /// The last message that the journey lost lately from that vantage, as a sentence.
    func loss(of journey: String, from vantage: String) -> String? {
        let loss = losses.withLock { $0[Place(journey: journey, vantage: vantage)] }
        return loss.flatMap { explanation(of: $0.record, lostAt: $0.at) }
    }

    /// What is said of a message that was lost, whichever its journey lost since; `nil` when that is too long ago to explain anything.
    func explanation(of record: ProbeRecord) -> String? { explanation(of: record, lostAt: lossTime(of: record)) }

    /// The last message that the journey lost lately from any vantage.
    func loss(of journey: String) -> String? {
        let newest = losses.withLock { losses in
            losses.filter { $0.key.journey == journey }.values.max { $0.at < $1.at }
        }
        return newest.flatMap { explanation(of: $0.record, lostAt: $0.at) }
    }

    /// Takes in what another vantage tells of its messages.
    func take(_ change: MessageChange) {
        let record = change.report.record
        let isLost = change.report.outcome == .lost
        guard isLost != (change.before == .lost) else { return }
        if pacing.withLock({ $0.admits("\(isLost) \(record.id)", at: world.now()) }) {
            return take(isLost ? .lost(record) : .found(record))
        }
        if isLost {
            remember(record)
            telemetry.count(ProbeMessageLost(record: record))
        } else {
            forget(record)
            telemetry.count(ProbeMessageFound(record: record))
        }
    }

    /// Makes a loss known again that was told before.
    func remember(_ record: ProbeRecord) {
        let at = lossTime(of: record)
        losses.withLock { losses in
            if let known = losses[Place(record)], known.at > at { return }
            if losses.count >= Self.mostLosses, losses[Place(record)] == nil {
                // So many at once that it pays to look at all of them.
                for oldest in losses.sorted(by: { $0.value.at < $1.value.at }).prefix(Self.mostLosses / 10) { losses[oldest.key] = nil }
            }
            losses[Place(record)] = (at, record)
        }
    }

    // MARK: - Private

    private func forget(_ record: ProbeRecord) {
        losses.withLock { losses in
            if losses[Place(record)]?.record.id == record.id { losses[Place(record)] = nil }
        }
    }

    /// One that is told late explains what fires at that time, not what fires now.
    private func lossTime(of record: ProbeRecord) -> Timestamp { min(record.settledAt ?? world.now(), world.now()) }

    private func explanation(of record: ProbeRecord, lostAt: Timestamp) -> String? {
        guard world.now() - lostAt <= Self.memory else { return nil }
        return "the message \(record.id), \(record.whereabouts) at \(record.agesFrom.rfc3339), has not been seen since: lost"
    }
}

struct ProbeMessageLost: Fact {
    static let counter = "probe_messages_lost"
    static let help = "Probe messages that a server accepted and that never reached their mailbox."
    static let level = Logger.Level.error
    static let message: Logger.Message = "A probe message is lost: look for it in the log of the server that accepted it"
    let record: ProbeRecord
    var metadata: Logger.Metadata { ProbeMetadata.of(record) }
}

struct ProbeMessageFound: Fact {
    static let counter = "probe_messages_found"
    static let help = "Probe messages that turned up after they had been counted as lost."
    static let level = Logger.Level.warning
    static let message: Logger.Message = "A probe message that was counted as lost has turned up"
    let record: ProbeRecord
    var metadata: Logger.Metadata {
        guard case .settled(let outcome) = record.stage else { return ProbeMetadata.of(record) }
        return ProbeMetadata.of(record).merging(["outcome": "\(outcome.rawValue)"]) { $1 }
    }
}

struct ProbesNotRecorded: Fact {
    static let counter = "probe_records_failures"
    static let help = "Times that the books of probe messages could not be read or written; they were kept in memory."
    static let level = Logger.Level.error
    static let message: Logger.Message =
        "The books of probe messages could not be read or written; a restart now would not know of the last ones"
    let reason: String
    var metadata: Logger.Metadata { ["reason": "\(reason)"] }
}

struct BounceMailboxUnread: Fact {
    static let counter = "probe_bounce_mailbox_failures"
    static let help = "Times that a mailbox to which undelivered probe messages come back could not be read any more."
    static let level = Logger.Level.warning
    static let message: Logger.Message =
        "The mailbox to which undelivered probe messages come back cannot be read: none is booked as bounced until it can be"
    let reason: String
    var metadata: Logger.Metadata { ["reason": "\(reason)"] }
}

private enum ProbeMetadata {
    static func of(_ record: ProbeRecord) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "journey": "\(record.journey)", "probe": "\(record.id)", "vantage": "\(record.vantage)",
            "accepted_at": "\(record.agesFrom.rfc3339)",
        ]
        if let server = record.server { metadata["server"] = "\(server)" }
        if let queueID = record.queueID {
            metadata["queue_id"] = "\(queueID)"
        } else if let reply = record.reply {
            metadata["reply"] = "\(reply)"
        }
        return metadata
    }
}
