import PostwatchModel

/// One Knot DNS, by its control socket:
///
/// ```yaml
/// knot:
///   - address: /run/knot/knot.sock    # control.listen of knot.conf; the agent's user must be a member of the group knot
/// ```
///
/// Queries are counted by Knot's module `stats`, for the server (`global-module: mod-stats` in the template `default`) and for zones
/// (`module: mod-stats`).
public struct KnotSettings: ServiceSettings {
    public static let kind = "knot"
    /// Where Debian's package puts the socket.
    public static let usualAddress = ServiceAddress.local(path: "/run/knot/knot.sock")
    /// How many zones a server may have for each to be told of.
    public static let usualZones = 1000

    /// The path of a socket: Knot's control does not listen otherwise.
    public var address: ServiceAddress
    /// With more zones than these nothing is told of single zones; 0: they are not even asked for. Range: 0 to 10,000. Default: 1000.
    public var zones: Int
    public var labels: LabelSet

    public var place: String { "\(address)" }

    public init(address: ServiceAddress = Self.usualAddress, zones: Int = Self.usualZones, labels: LabelSet = [:]) {
        self.address = address
        self.zones = zones
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        address = ServiceAddress(section, usual: Self.usualAddress, port: 53)
        if case .internet = address {
            section.report("address", found: "\"\(address)\"", write: "the path of a socket, such as \(Self.usualAddress)")
        }
        zones = section.integer("zones", default: Self.usualZones, in: 0...10_000)
        labels = ServiceLabels.read(section, kind: Self.kind, taken: ["module", "type", "zone"])
    }

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        surroundings.offloaded(
            KnotCollector(name: name, settings: self, timeout: surroundings.timeout, clock: surroundings.world.clock))
    }
}
