import PostwatchModel

/// One Unbound, by its control socket:
///
/// ```yaml
/// unbound:
///   - address: /run/unbound.ctl       # control-interface; over the network without TLS: control-use-cert: no
/// ```
///
/// With `extended-statistics: yes` Unbound also tells of types and response codes.
public struct UnboundSettings: ServiceSettings {
    public static let kind = "unbound"

    public var address: ServiceAddress
    public var labels: LabelSet

    public var place: String { "\(address)" }

    public init(address: ServiceAddress = Self.usualAddress, labels: LabelSet = [:]) {
        self.address = address
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        address = ServiceAddress(section, usual: Self.usualAddress, port: 8953)
        labels = ServiceLabels.read(section, kind: Self.kind, taken: ["thread", "type", "rcode", "cache"])
    }

    /// Where Debian's package puts the socket.
    public static let usualAddress = ServiceAddress.local(path: "/run/unbound.ctl")

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        surroundings.offloaded(
            UnboundCollector(name: name, settings: self, timeout: surroundings.timeout, clock: surroundings.world.clock))
    }
}
