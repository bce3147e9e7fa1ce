import MailLogs
import PostwatchModel

/// What is in Exim's queue, built up message by message. Arrivals come from the names of the files, so they are counted of every message;
/// the rest comes from what is in the files.
struct EximQueueSummary: Sendable {
    /// Destinations that have series of their own.
    static let shownDestinations = 50

    /// To which ages are counted.
    private let moment: Timestamp
    private var distribution = QueueDistribution()
    private var destinations: QueueTable
    private var frozen = 0
    private var warned = 0
    private var withoutSender = 0
    /// Messages for whose files there was no time.
    private(set) var unread = 0
    private var damaged = 0

    init(at moment: Timestamp) {
        self.moment = moment
        destinations = QueueTable(at: moment.milliseconds / 1000)
    }

    /// Counts a message whose files there was no time to read.
    mutating func addUnread(_ id: EximMessageID) {
        distribution.add(age: (moment - id.arrivedAt).seconds)
        unread += 1
    }

    /// Counts a message whose file is not what Exim writes.
    mutating func addDamaged(_ id: EximMessageID) {
        distribution.add(age: (moment - id.arrivedAt).seconds)
        damaged += 1
    }

    /// - Parameter deferral: Why it was put off last; `nil` when it was not, or nobody looked.
    mutating func add(_ id: EximMessageID, _ message: EximMessage, _ deferral: EximDeferral?) {
        distribution.add(age: (moment - id.arrivedAt).seconds)
        if let size = message.size { distribution.add(size: size) }
        if message.isFrozen { frozen += 1 }
        if message.isWarned { warned += 1 }
        if !message.hasSender { withoutSender += 1 }
        destinations.begin(arrival: id.arrivedAt.milliseconds / 1000)
        for domain in message.domains {
            let known = deferral.flatMap { $0.domain == domain ? QueueWait.putOff($0.reason) : nil }
            destinations.add(domain: domain, known ?? (message.isNew ? .untried : .unknown))
        }
    }

    var measurements: [Measurement] {
        [
            Measurement("exim_queue", .gauge, help: "Messages in the queue.", value: Double(distribution.ages.count)),
            Measurement(
                "exim_queue_frozen", .gauge, help: "Messages that are frozen: not tried until somebody thaws them.", value: Double(frozen)),
            Measurement(
                "exim_queue_warned", .gauge, help: "Messages of which the sender was told that they are late.", value: Double(warned)),
            Measurement(
                "exim_queue_null_sender", .gauge, help: "Messages without a sender: notices that others could not be delivered.",
                value: Double(withoutSender)),
            Measurement(
                "exim_queue_unread", .gauge,
                help: "Messages that are counted, with their age, and not looked into: for want of time, or since the file is damaged.",
                points: [
                    Measurement.Point(labels: ["reason": "timeout"], value: Double(unread)),
                    Measurement.Point(labels: ["reason": "damaged"], value: Double(damaged)),
                ]),
            Measurement(
                "exim_queue_oldest_seconds", .gauge, help: "Time since the oldest message arrived; 0 when the queue is empty.",
                value: distribution.oldestAge),
            Measurement(
                "exim_queue_message_age_seconds", .histogram, help: "Time since each message that is now in the queue arrived.",
                points: distribution.ages.points(labels: [:])),
            Measurement(
                "exim_queue_message_size_bytes", .histogram, help: "Size of each message that is now in the queue.",
                points: distribution.sizes.points(labels: [:])),
        ] + destinations.measurements(prefix: "exim", most: Self.shownDestinations, at: moment)
    }
}
