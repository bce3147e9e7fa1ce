import PostwatchModel

/// One Unbound, by its control socket:
///
/// ```yaml
/// unbound:
///   - address: /run/unbound.ctl       # control-interface; over the network without TLS: control-use-cert: no
/// ```
///
/// With `extended-statistics: yes` Unbound also tells of types and response codes.
public struct UnboundSettings: AddressedSettings {
    public static let kind = "unbound"
    /// Where Debian's package puts the socket.
    public static let usualAddress = ServiceAddress.local(path: "/run/unbound.ctl")
    public static let usualPort = 8953
    public static let ownLabels: Set<String> = ["thread", "type", "rcode", "cache"]

    public var address: ServiceAddress
    public var labels: LabelSet

    public init(address: ServiceAddress = Self.usualAddress, labels: LabelSet = [:]) {
        self.address = address
        self.labels = labels
    }

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        surroundings.offloaded(
            UnboundCollector(name: name, settings: self, timeout: surroundings.timeout, clock: surroundings.world.clock))
    }
}
