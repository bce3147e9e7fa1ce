import PostwatchModel

/// How long samples are kept, and where: the `storage` section.
public struct StorageConfiguration: Hashable, Sendable {
    /// Day files whose whole day is older are deleted. At least one day. Default: 15 days.
    public var retention: Duration
    /// The time between two flushes from the journal to day files. At least 1 s. Default: 5 min.
    public var flushInterval: Duration
    /// Samples younger than this are answered from memory alone. At least 15 min. Default: 2 h.
    public var memoryWindow: Duration

    public init(
        retention: Duration = .seconds(15 * 86_400), flushInterval: Duration = .seconds(300), memoryWindow: Duration = .seconds(7200)
    ) {
        self.retention = retention
        self.flushInterval = flushInterval
        self.memoryWindow = memoryWindow
    }

    /// Reads `retention`, `flush_interval` and `memory_window`, all optional.
    public init(_ section: ConfigurationSection) {
        self.init()
        retention = section.duration("retention", default: retention, atLeast: .seconds(86_400))
        flushInterval = section.duration("flush_interval", default: flushInterval, atLeast: .seconds(1))
        memoryWindow = section.duration("memory_window", default: memoryWindow, atLeast: .seconds(900))
    }
}
