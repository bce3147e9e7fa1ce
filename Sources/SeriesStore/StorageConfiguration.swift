import PostwatchModel

/// How long samples are kept, where, and how many series there may be: the `storage` section.
public struct StorageConfiguration: Hashable, Sendable {
    /// When a write is answered.
    public enum Sync: String, CaseIterable, Hashable, Sendable {
        /// Once it is on disk: a power cut loses nothing that was acknowledged.
        case always
        /// Once the kernel has it, which syncs it within a second or so: a power cut may lose that second, `kill -9` nothing.
        case interval
    }

    /// How many series there may be in memory. What is known stays when a limit is reached; new series are refused.
    public struct Limits: Hashable, Sendable {
        /// In all; `nil` for no limit.
        public var series: Int?
        /// With the same value of `sourceLabel`; `nil` for no limit.
        public var seriesPerSource: Int?
        /// The label that names where a series comes from. Default: `instance`.
        public var sourceLabel = "instance"

        public init() {}
    }

    /// Day files whose whole day is older are deleted, once they are summed up. At least one day. Default: 15 days.
    public var retention: Duration
    /// In which stretches old days are summed up, and how long that is kept, by whole months. Not shorter than `retention`. Default: 5 min
    /// for 60 days and 1 h for 400, a year and a little to compare it with, or as long as `retention`.
    public var downsampling: [Resolution: Duration]
    /// When all files need more bytes than this, the oldest are deleted. `nil`, the default: no limit.
    public var retentionBytes: Int?
    /// The time between two flushes from the journal to day files. At least 1 s. Default: 5 min.
    public var flushInterval: Duration
    /// Samples younger than this are answered from memory alone. At least 15 min. Default: 1 h, which is
    /// farther back than most rules look, and about half a kilobyte per series.
    public var memoryWindow: Duration
    /// Samples that are older than the newest of their series by more than this are refused. `nil`, the default: every age is taken.
    public var outOfOrderWindow: Duration?
    /// Default: `always`.
    public var sync = Sync.always
    public var limits = Limits()

    public init(
        retention: Duration = .seconds(15 * 86_400), flushInterval: Duration = .seconds(300), memoryWindow: Duration = .seconds(3600)
    ) {
        self.retention = retention
        self.flushInterval = flushInterval
        self.memoryWindow = memoryWindow
        downsampling = Self.defaultDownsampling(retention: retention)
    }

    /// Reads `retention`, `downsampling` with `5m` and `1h` (empty for none), `retention_bytes`, `flush_interval`, `memory_window`, `out_of_order_window`, `sync` and `limits` with `series`,
    /// `series_per_source` and `source_label`, all optional.
    public init(_ section: ConfigurationSection) {
        self.init()
        retention = section.duration("retention", default: retention, atLeast: .seconds(86_400))
        downsampling = Self.defaultDownsampling(retention: retention)
        if section.has("downsampling") { downsampling = section.section("downsampling", readDownsampling) ?? downsampling }
        if section.has("retention_bytes") {
            retentionBytes = section.integer("retention_bytes", default: 1 << 30, in: (1 << 20)...(1 << 60))
        }
        flushInterval = section.duration("flush_interval", default: flushInterval, atLeast: .seconds(1))
        memoryWindow = section.duration("memory_window", default: memoryWindow, atLeast: .seconds(900))
        if section.has("out_of_order_window") { outOfOrderWindow = section.duration("out_of_order_window", default: .zero) }
        sync = section.choice("sync", of: Sync.self) ?? sync
        limits = section.section("limits", Limits.init) ?? limits
    }

    // MARK: - Private

    private static func defaultDownsampling(retention: Duration) -> [Resolution: Duration] {
        [.fiveMinutes: max(.seconds(60 * 86_400), retention), .oneHour: max(.seconds(400 * 86_400), retention)]
    }

    private func readDownsampling(_ section: ConfigurationSection) -> [Resolution: Duration] {
        var downsampling: [Resolution: Duration] = [:]
        for resolution in Resolution.allCases where section.has(resolution.rawValue) {
            downsampling[resolution] = section.duration(resolution.rawValue, default: retention, atLeast: retention)
        }
        return downsampling
    }
}

extension StorageConfiguration.Limits {
    private static let range = 1...Int(UInt32.max >> 1)

    init(_ section: ConfigurationSection) {
        self.init()
        if section.has("series") { series = section.integer("series", default: 1, in: Self.range) }
        if section.has("series_per_source") { seriesPerSource = section.integer("series_per_source", default: 1, in: Self.range) }
        sourceLabel = section.text("source_label") ?? sourceLabel
    }
}
