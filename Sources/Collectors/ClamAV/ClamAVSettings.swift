import PostwatchModel

/// One clamd:
///
/// ```yaml
/// clamav:
///   - address: /run/clamav/clamd.ctl  # LocalSocket, or TCPAddr:TCPSocket
/// ```
public struct ClamAVSettings: AddressedSettings {
    public static let kind = "clamav"
    /// Where Debian's package puts the socket.
    public static let usualAddress = ServiceAddress.local(path: "/run/clamav/clamd.ctl")
    public static let usualPort = 3310
    public static let ownLabels: Set<String> = ["clamav_version", "database_version"]

    public var address: ServiceAddress
    public var labels: LabelSet

    public init(address: ServiceAddress = Self.usualAddress, labels: LabelSet = [:]) {
        self.address = address
        self.labels = labels
    }

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        surroundings.offloaded(
            ClamAVCollector(name: name, settings: self, timeout: surroundings.timeout, clock: surroundings.world.clock))
    }
}
