import PostwatchModel

/// One memcached server:
///
/// ```yaml
/// memcached:
///   - address: 127.0.0.1:11211        # or the path of its unix socket
/// ```
public struct MemcachedSettings: AddressedSettings {
    public static let kind = "memcached"
    /// Where memcached listens when nothing is said.
    public static let usualAddress = ServiceAddress.internet(host: "127.0.0.1", port: 11211)
    public static let usualPort = 11211
    public static let ownLabels: Set<String> = ["command", "status", "version"]

    public var address: ServiceAddress
    public var labels: LabelSet

    public init(address: ServiceAddress = Self.usualAddress, labels: LabelSet = [:]) {
        self.address = address
        self.labels = labels
    }

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        surroundings.offloaded(
            MemcachedCollector(name: name, settings: self, timeout: surroundings.timeout, clock: surroundings.world.clock))
    }
}
