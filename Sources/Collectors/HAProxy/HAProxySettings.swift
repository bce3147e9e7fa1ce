import PostwatchModel

/// One HAProxy, by the socket of its `stats socket`:
///
/// ```yaml
/// haproxy:
///   - address: /run/haproxy/admin.sock
/// ```
public struct HAProxySettings: AddressedSettings {
    public static let kind = "haproxy"
    /// Where Debian's package puts the socket.
    public static let usualAddress = ServiceAddress.local(path: "/run/haproxy/admin.sock")
    public static let usualPort = 9999
    public static let ownLabels: Set<String> = ["proxy", "server", "state", "code"]

    public var address: ServiceAddress
    public var labels: LabelSet

    public init(address: ServiceAddress = Self.usualAddress, labels: LabelSet = [:]) {
        self.address = address
        self.labels = labels
    }

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        surroundings.offloaded(
            HAProxyCollector(name: name, settings: self, timeout: surroundings.timeout, clock: surroundings.world.clock))
    }
}
