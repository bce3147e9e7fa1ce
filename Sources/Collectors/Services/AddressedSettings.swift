import PostwatchModel

/// Settings of a service of which nothing but its address need be known: `address` and `labels`.
public protocol AddressedSettings: ServiceSettings {
    /// Where the service listens when nothing is said.
    static var usualAddress: ServiceAddress { get }
    /// The port of an address that says none.
    static var usualPort: Int { get }
    /// Labels that the series of this kind have of their own.
    static var ownLabels: Set<String> { get }

    var address: ServiceAddress { get }

    init(address: ServiceAddress, labels: LabelSet)
}

extension AddressedSettings {
    public var place: String { "\(address)" }

    public init(_ section: ConfigurationSection) {
        self.init(
            address: ServiceAddress(section, usual: Self.usualAddress, port: Self.usualPort),
            labels: ServiceLabels.read(section, kind: Self.kind, taken: Self.ownLabels))
    }
}
