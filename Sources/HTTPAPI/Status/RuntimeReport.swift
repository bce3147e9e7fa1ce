import PostwatchModel

/// How the process stands.
public struct RuntimeReport: Hashable, Sendable {
    public var startedAt: Timestamp
    public var workingDirectory: String
    public var hostname: String
    /// Whether the configuration could be read the last time.
    public var isConfigurationGood: Bool
    /// When the configuration was last read well.
    public var configuredAt: Timestamp
    /// Damaged places that were found in stored samples.
    public var corruptions: Int
    /// Threads that run Swift's tasks.
    public var processors: Int
    /// How long samples are kept, such as `15d`.
    public var retention: String

    public init(
        startedAt: Timestamp, workingDirectory: String, hostname: String, isConfigurationGood: Bool = true, configuredAt: Timestamp,
        corruptions: Int = 0, processors: Int, retention: String
    ) {
        self.startedAt = startedAt
        self.workingDirectory = workingDirectory
        self.hostname = hostname
        self.isConfigurationGood = isConfigurationGood
        self.configuredAt = configuredAt
        self.corruptions = corruptions
        self.processors = processors
        self.retention = retention
    }
}
