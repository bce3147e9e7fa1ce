import Logging
import PostwatchModel
import Synchronization

/// One observable fact about Postwatch itself: it tells its log line and its counter together.
public protocol Fact: Sendable {
    /// The counter's name without prefix and suffix: `pages_delivered` becomes `postwatch_pages_delivered_total`.
    static var counter: String { get }
    static var help: String { get }
    /// ERROR: somebody must act. WARNING: we coped. INFO: start, stop, configuration. DEBUG: normal work.
    static var level: Logger.Level { get }
    /// Constant text; what varies is in `metadata`.
    static var message: Logger.Message { get }
    var metadata: Logger.Metadata { get }
    /// By how much the counter rises. Default: 1.
    var amount: Int { get }
}

extension Fact {
    public var amount: Int { 1 }
}

/// The counters of Postwatch itself.
public final class Telemetry: Sendable {
    public struct Counter: Hashable, Sendable {
        public let name: String
        public let help: String
        public let value: Double
    }

    private let counters = Mutex<[String: (help: String, value: Double)]>([:])

    /// - Parameter facts: all that may be reported, so that each counter is there at 0 from the start.
    public init(facts: [any Fact.Type]) {
        counters.withLock { counters in
            for fact in facts { counters[fact.counter] = (fact.help, 0) }
        }
    }

    public func report<F: Fact>(_ fact: F, to logger: Logger) {
        // The line first: whoever sees the counter move finds it in the log.
        logger.log(level: F.level, F.message, metadata: fact.metadata)
        count(fact)
    }

    /// Counts without a line in the log: for what was told a moment ago.
    public func count<F: Fact>(_ fact: F) {
        counters.withLock { $0[F.counter, default: (F.help, 0)].value += Double(fact.amount) }
    }

    /// All counters, by name.
    public func snapshot() -> [Counter] {
        counters.withLock { counters in
            counters.map { Counter(name: "postwatch_\($0.key)_total", help: $0.value.help, value: $0.value.value) }
        }
        .sorted { $0.name < $1.name }
    }
}
