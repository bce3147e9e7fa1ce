import Journeys
import Logging
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// Tells what happens to probe messages: to the log, to Postwatch's own counters, and to whoever asks why an alert of a journey fires.
final class ProbeNewsDesk: Sendable {
    /// How long a loss explains alerts of its journey: as long as the rule about it looks back.
    private static let memory = Duration.seconds(900)

    private let telemetry: Telemetry
    private let logger: Logger
    private let world: World
    private let losses = Mutex<[String: (at: Timestamp, record: ProbeRecord)]>([:])

    init(telemetry: Telemetry, logger: Logger, world: World) {
        self.telemetry = telemetry
        self.logger = logger
        self.world = world
    }

    func take(_ news: ProbeNews) {
        switch news {
        case .lost(let record):
            losses.withLock { $0[record.journey] = (world.now(), record) }
            telemetry.report(ProbeMessageLost(record: record), to: logger)
        case .found(let record):
            losses.withLock { losses in
                if losses[record.journey]?.record.id == record.id { losses[record.journey] = nil }
            }
            telemetry.report(ProbeMessageFound(record: record), to: logger)
        case .notRecorded(let reason):
            telemetry.report(ProbesNotRecorded(reason: reason), to: logger)
        case .bouncesUnread(let reason):
            telemetry.report(BounceMailboxUnread(reason: reason), to: logger)
        case .bouncesRead(let mailbox):
            logger.info("The mailbox for undelivered probe messages can be read again", metadata: ["mailbox": "\(mailbox)"])
        }
    }

    /// The last message that the journey lost lately, as a sentence.
    func loss(of journey: String) -> String? {
        guard let loss = losses.withLock({ $0[journey] }), world.now() - loss.at <= Self.memory else { return nil }
        let record = loss.record
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
