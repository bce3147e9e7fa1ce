import PostwatchModel

/// One memcached server:
///
/// ```yaml
/// memcached:
///   - address: 127.0.0.1:11211        # or the path of its unix socket
/// ```
public struct MemcachedSettings: ServiceSettings {
    public static let kind = "memcached"

    public var address: ServiceAddress
    public var labels: LabelSet

    public var place: String { "\(address)" }

    public init(address: ServiceAddress = Self.usualAddress, labels: LabelSet = [:]) {
        self.address = address
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        address = ServiceAddress(section, usual: Self.usualAddress, port: 11211)
        labels = ServiceLabels.read(section, kind: Self.kind, taken: ["command", "status", "version"])
    }

    /// Where memcached listens when nothing is said.
    public static let usualAddress = ServiceAddress.internet(host: "127.0.0.1", port: 11211)

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        surroundings.offloaded(
            MemcachedCollector(name: name, settings: self, timeout: surroundings.timeout, clock: surroundings.world.clock))
    }
}
