import PostwatchModel

/// One BIND, by one of its `statistics-channels`:
///
/// ```yaml
/// bind:
///   - url: http://127.0.0.1:8053
/// ```
///
/// ```
/// statistics-channels { inet 127.0.0.1 port 8053 allow { 127.0.0.1; }; };
/// ```
public struct BINDSettings: ServiceSettings {
    public static let kind = "bind"
    /// How many zones a server may have for their serials to be told.
    public static let usualZones = 1000

    /// Without the path `/json/v1`.
    public var url: String
    /// With more zones than these no serial is told; 0: they are not even asked for. Range: 0 to 10,000. Default: 1000.
    public var zones: Int
    public var labels: LabelSet

    public var place: String { url }

    public init(url: String, zones: Int = Self.usualZones, labels: LabelSet = [:]) {
        self.url = url
        self.zones = zones
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        var url = ServiceURL.required(section, usual: "http://127.0.0.1:8053", schemes: ["http", "https"])
        while url.hasSuffix("/") { url.removeLast() }
        self.url = url
        zones = section.integer("zones", default: Self.usualZones, in: 0...10_000)
        labels = ServiceLabels.read(section, kind: Self.kind, taken: ["type", "opcode", "rcode", "result", "error", "view", "zone_name"])
    }

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        BINDCollector(name: name, settings: self, timeout: surroundings.timeout, clock: surroundings.world.clock)
    }
}
