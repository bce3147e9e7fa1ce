import PostwatchModel

/// One HAProxy, by the socket of its `stats socket`:
///
/// ```yaml
/// haproxy:
///   - address: /run/haproxy/admin.sock
/// ```
public struct HAProxySettings: ServiceSettings {
    public static let kind = "haproxy"

    public var address: ServiceAddress
    public var labels: LabelSet

    public var place: String { "\(address)" }

    public init(address: ServiceAddress = Self.usualAddress, labels: LabelSet = [:]) {
        self.address = address
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        address = ServiceAddress(section, usual: Self.usualAddress, port: 9999)
        labels = ServiceLabels.read(section, kind: Self.kind, taken: ["proxy", "server", "state", "code"])
    }

    /// Where Debian's package puts the socket.
    public static let usualAddress = ServiceAddress.local(path: "/run/haproxy/admin.sock")

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        surroundings.offloaded(
            HAProxyCollector(name: name, settings: self, timeout: surroundings.timeout, clock: surroundings.world.clock))
    }
}
