import PostwatchModel
import PostwatchRuntime

/// How deep and how old the queues of one Postfix instance are, as its own `showq` service tells it.
/// The agent must be root or a member of Postfix' `setgid_group` (`postdrop`) to reach the socket.
struct PostfixQueueCollector: BlockingCollecting {
    /// `postfix`, or `postfix:<queue directory>` when there are several.
    let name: String
    /// `<queue_directory>/public/showq`.
    let socketPath: String
    /// Laid over the points of this instance.
    let labels: LabelSet
    /// For the whole listing.
    let timeout: Duration
    let world: World

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        var parser = QueueListingParser(keepingRecipients: 0)
        var summary = QueueSummary(at: moment)
        let socket = QueueListingSocket(path: socketPath, timeout: timeout, clock: world.clock)
        try socket.read { (bytes) throws(CollectionFailure) in
            var unknownQueue: String?
            try understood { () throws(QueueListingParser.Fault) in
                try parser.consume(bytes) { entry in
                    if !summary.add(entry) { unknownQueue = entry.queueName }
                }
            }
            if let unknownQueue { throw malformed("the queue \"\(unknownQueue.prefix(60))\"") }
            return parser.isComplete ? .done : .more
        }
        try understood { () throws(QueueListingParser.Fault) in try parser.finish() }
        return ([up(true)] + summary.measurements).map { $0.labelled(labels) }
    }

    /// A Postfix that does not answer has no depth that is known; 0 would be a lie.
    func measurements(after failure: CollectionFailure) -> [Measurement] {
        [up(false).labelled(labels)]
    }

    // MARK: - Private

    private func up(_ isUp: Bool) -> Measurement {
        Measurement(
            "postfix_up", .gauge, help: "Whether Postfix told how its queues are (1) or not (0).",
            points: [Measurement.Point(labels: ["path": socketPath], value: isUp ? 1 : 0)])
    }

    private func understood(_ body: () throws(QueueListingParser.Fault) -> Void) throws(CollectionFailure) {
        do {
            try body()
        } catch {
            throw malformed(error.description)
        }
    }

    private func malformed(_ found: String) -> CollectionFailure {
        .malformed(source: socketPath, found: found)
    }
}
