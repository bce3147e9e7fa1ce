import MailLogs
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// How deep and how old the queues of one Postfix instance are, where their mail would go and why it does not, as its own `showq` service
/// tells it; and which messages are in the log's ledger but not in the queue.
/// The agent must be root or a member of Postfix' `setgid_group` (`postdrop`) to reach the socket.
final class PostfixQueueCollector: BlockingCollecting {
    /// Time between two comparisons with the ledger. It says that a message vanished when two listings in a row do not have it.
    static let usualComparisonInterval: Duration = .seconds(30)

    /// `postfix`, or `postfix:<queue directory>` when there are several.
    let name: String
    private let settings: PostfixSettings
    /// The log that the instance writes to; `nil` when it is not followed.
    private let log: MailLogFollower?
    /// For the whole listing.
    private let timeout: Duration
    private let comparisonInterval: Duration
    private let world: World
    private let lastComparison: Mutex<Timestamp?> = Mutex(nil)

    init(
        name: String, settings: PostfixSettings, log: MailLogFollower? = nil, timeout: Duration, world: World,
        comparisonInterval: Duration = PostfixQueueCollector.usualComparisonInterval
    ) {
        self.name = name
        self.settings = settings
        self.log = log
        self.timeout = timeout
        self.comparisonInterval = comparisonInterval
        self.world = world
    }

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let isComparing = log != nil && lastComparison.withLock { $0.map { moment - $0 >= comparisonInterval } ?? true }
        let reading = try reading(at: moment, withIDs: isComparing)
        if let log, let ids = reading.ids { compare(ids, with: log, at: moment) }
        let table = reading.table?.measurements(prefix: "postfix", most: settings.destinations, at: moment) ?? []
        return ([up(true)] + reading.summary.measurements + table + comparison).map { $0.labelled(settings.labels) }
    }

    /// A Postfix that does not answer has no depth that is known; 0 would be a lie.
    func measurements(after failure: CollectionFailure) -> [Measurement] {
        [up(false).labelled(settings.labels)]
    }

    /// The queue as it is now.
    func reading(at moment: Timestamp, withIDs: Bool, withTexts: Bool = false) throws(CollectionFailure) -> QueueReading {
        var parser = QueueListingParser()
        var reading = QueueReading(at: moment, withTable: settings.destinations > 0, withIDs: withIDs, withTexts: withTexts)
        let socket = QueueListingSocket(path: settings.socketPath, timeout: timeout, clock: world.clock)
        try socket.read { (bytes) throws(CollectionFailure) in
            try understood { () throws(QueueListingParser.Fault) in
                try bytes.withUnsafeBytes { bytes in
                    Result { () throws(QueueListingParser.Fault) in try parser.consume(bytes, into: &reading) }
                }.get()
            }
            return parser.isComplete ? .done : .more
        }
        try understood { () throws(QueueListingParser.Fault) in try parser.finish() }
        return reading
    }

    // MARK: - Private

    private func up(_ isUp: Bool) -> Measurement {
        Measurement(
            "postfix_up", .gauge, help: "Whether Postfix told how its queues are (1) or not (0).",
            points: [Measurement.Point(labels: ["path": settings.socketPath], value: isUp ? 1 : 0)])
    }

    private func compare(_ ids: QueueIDList, with log: MailLogFollower, at moment: Timestamp) {
        let instance = PostfixParameters(directory: settings.configDirectory).syslogName
        if log.compare(withQueue: ids, instance: instance, at: moment) { lastComparison.withLock { $0 = moment } }
    }

    private var comparison: [Measurement] {
        guard log != nil else { return [] }
        let last = lastComparison.withLock { $0 }
        return [
            Measurement(
                "postfix_ledger_compared_timestamp_seconds", .gauge,
                help: "When the messages of the log were last compared with those of the queue; 0: never.",
                value: last?.seconds ?? 0)
        ]
    }

    private func understood(_ body: () throws(QueueListingParser.Fault) -> Void) throws(CollectionFailure) {
        do {
            try body()
        } catch {
            throw .malformed(source: settings.socketPath, found: error.description)
        }
    }
}
