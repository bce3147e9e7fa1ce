import Glibc

/// Internet addresses that begin alike: `192.0.2.0/24`, `2001:db8::/32`, or a single one.
public struct AddressRange: Hashable, Sendable {
    private let bytes: [UInt8]
    /// How many bits count.
    private let length: Int

    /// `nil` when the text is no address, or the length is none of its kind.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = Self.bytes(of: String(parts[0])) else { return nil }
        var length = bytes.count * 8
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(parts[1]), number <= length else { return nil }
            length = number
        }
        self.bytes = bytes
        self.length = length
    }

    /// Whether an address is one of these: 4 bytes or 16, in the order of the network. One of IPv4 in the clothes of IPv6 counts as what it is.
    func contains(_ address: some Collection<UInt8>) -> Bool {
        let address = Self.unwrapped(Array(address))
        guard address.count == bytes.count else { return false }
        let whole = length / 8
        guard address[..<whole] == bytes[..<whole] else { return false }
        let bits = length % 8
        return bits == 0 || (address[whole] ^ bytes[whole]) >> UInt8(8 - bits) == 0
    }

    /// Whether the text is an address of this machine alone.
    static func isLoopback(_ text: String) -> Bool {
        guard let bytes = bytes(of: text).map(unwrapped) else { return false }
        return bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
    }

    /// Whether the text is an address and no name.
    static func isAddress(_ text: String) -> Bool { bytes(of: text) != nil }

    // MARK: - Private

    private static func bytes(of text: String) -> [UInt8]? {
        var short = in_addr()
        if inet_pton(AF_INET, text, &short) == 1 { return withUnsafeBytes(of: &short) { Array($0) } }
        var long = in6_addr()
        if inet_pton(AF_INET6, text, &long) == 1 { return withUnsafeBytes(of: &long) { Array($0) } }
        return nil
    }

    /// `::ffff:192.0.2.1` is `192.0.2.1`.
    private static func unwrapped(_ address: [UInt8]) -> [UInt8] {
        address.count == 16 && address.starts(with: [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]) ? Array(address[12...]) : address
    }
}
