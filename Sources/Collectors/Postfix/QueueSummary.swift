import PostwatchModel

/// How deep and how old the queues are, built up message by message, so that a million messages need no more memory than one.
struct QueueSummary: Hashable, Sendable {
    /// To which ages are counted.
    private let moment: Timestamp
    /// By `MailQueue.index`.
    private var queues: [QueueDistribution]

    init(at moment: Timestamp) {
        self.moment = moment
        queues = Array(repeating: QueueDistribution(), count: MailQueue.allCases.count)
    }

    /// Counts one message.
    mutating func add(_ message: ListedMessage) {
        queues[message.queue.index].add(age: Double(moment.milliseconds - message.arrival * 1000) / 1000)
        queues[message.queue.index].add(size: message.size)
    }

    /// Every queue.
    var depths: [PostfixQueueSnapshot.Depth] {
        MailQueue.allCases.map { name in
            let queue = queues[name.index]
            return PostfixQueueSnapshot.Depth(queue: name.rawValue, messages: queue.ages.count, oldestAgeSeconds: queue.oldestAge)
        }
    }

    /// Every queue is there, empty ones with 0.
    var measurements: [Measurement] {
        var depths: [Measurement.Point] = []
        var oldest: [Measurement.Point] = []
        var ages: [Measurement.Point] = []
        var sizes: [Measurement.Point] = []
        for name in MailQueue.allCases {
            let queue = queues[name.index]
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
