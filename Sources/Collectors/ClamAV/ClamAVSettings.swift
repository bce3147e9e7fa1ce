import PostwatchModel

/// One clamd:
///
/// ```yaml
/// clamav:
///   - address: /run/clamav/clamd.ctl  # LocalSocket, or TCPAddr:TCPSocket
/// ```
public struct ClamAVSettings: ServiceSettings {
    public static let kind = "clamav"

    public var address: ServiceAddress
    public var labels: LabelSet

    public var place: String { "\(address)" }

    public init(address: ServiceAddress = Self.usualAddress, labels: LabelSet = [:]) {
        self.address = address
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        address = ServiceAddress(section, usual: Self.usualAddress, port: 3310)
        labels = ServiceLabels.read(section, kind: Self.kind, taken: ["version", "database"])
    }

    /// Where Debian's package puts the socket.
    public static let usualAddress = ServiceAddress.local(path: "/run/clamav/clamd.ctl")

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        surroundings.offloaded(
            ClamAVCollector(name: name, settings: self, timeout: surroundings.timeout, clock: surroundings.world.clock))
    }
}
