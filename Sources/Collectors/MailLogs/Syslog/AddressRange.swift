import MailWire

/// Internet addresses that begin alike: `192.0.2.0/24`, `2001:db8::/32`, or a single one.
public struct AddressRange: Hashable, Sendable {
    private let network: InternetAddress
    /// How many bits count.
    private let prefix: Int

    /// `nil` when the text is no address, or the length is none of its kind.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let network = InternetAddress(String(parts[0])) else { return nil }
        var prefix = network.bytes.count * 8
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(parts[1]), number <= prefix else { return nil }
            prefix = number
        }
        self.network = network
        self.prefix = prefix
    }

    /// Whether an address is one of these. One of IPv4 in the clothes of IPv6 counts as what it is.
    func contains(_ address: InternetAddress) -> Bool {
        address.unmapped.isInside(network, prefix: prefix)
    }
}
