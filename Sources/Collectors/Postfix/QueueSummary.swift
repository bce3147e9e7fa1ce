import PostwatchModel

/// How deep and how old the queues are, built up message by message, so that a million messages need no more memory than one.
struct QueueSummary: Hashable, Sendable {
    /// To which ages are counted.
    private let moment: Timestamp
    private var queues: [MailQueue: QueueDistribution]

    init(at moment: Timestamp) {
        self.moment = moment
        queues = Dictionary(uniqueKeysWithValues: MailQueue.allCases.map { ($0, QueueDistribution()) })
    }

    /// Counts one message. `false` when its queue is not one of Postfix'.
    mutating func add(_ entry: QueueEntry) -> Bool {
        guard let queue = MailQueue(rawValue: entry.queueName) else { return false }
        queues[queue]?.add(age: moment - entry.arrivedAt)
        queues[queue]?.add(size: entry.size)
        return true
    }

    /// Every queue is there, empty ones with 0.
    var measurements: [Measurement] {
        var depths: [Measurement.Point] = []
        var oldest: [Measurement.Point] = []
        var ages: [Measurement.Point] = []
        var sizes: [Measurement.Point] = []
        for name in MailQueue.allCases {
            guard let queue = queues[name] else { continue }
            let labels: LabelSet = ["queue": name.rawValue]
            depths.append(Measurement.Point(labels: labels, value: Double(queue.ages.count)))
            oldest.append(Measurement.Point(labels: labels, value: queue.oldestAge))
            ages += queue.ages.points(labels: labels)
            sizes += queue.sizes.points(labels: labels)
        }
        return [
            Measurement("postfix_showq_queue_depth", .gauge, help: "Messages in the queue.", points: depths),
            Measurement(
                "postfix_showq_oldest_message_age_seconds", .gauge,
                help: "Time since the oldest message of the queue arrived; 0 when the queue is empty.", points: oldest),
            Measurement(
                "postfix_showq_message_age_seconds", .histogram, help: "Time since each message that is now in the queue arrived.",
                points: ages),
            Measurement(
                "postfix_showq_message_size_bytes", .histogram, help: "Size of each message that is now in the queue.", points: sizes),
        ]
    }
}
