#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An IPv4 or IPv6 address.
public struct InternetAddress: Hashable, Sendable {
    /// Four or sixteen bytes, the most significant first.
    public let bytes: [UInt8]

    /// `nil` unless there are four or sixteen.
    public init?(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        guard self.bytes.count == 4 || self.bytes.count == 16 else { return nil }
    }

    /// Reads `192.0.2.1` or `2001:db8::1`.
    public init?(_ text: String) {
        guard !text.utf8.contains(0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.bytes = Array(bytes.prefix(4))
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            self.bytes = bytes
        } else {
            return nil
        }
    }

    public var isIPv4: Bool { bytes.count == 4 }

    /// `192.0.2.1` for `::ffff:192.0.2.1`; any other address as it is. Source: RFC 4291, section 2.5.5.2.
    public var unmapped: InternetAddress {
        let mark = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        guard bytes.count == 16, bytes.starts(with: mark) else { return self }
        return InternetAddress(bytes: bytes.dropFirst(mark.count)) ?? self
    }

    /// Whether only this machine can reach it. Source: RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3.
    public var isLoopback: Bool {
        let address = unmapped
        return address.isIPv4 ? address.bytes[0] == 127 : address.bytes == [UInt8](repeating: 0, count: 15) + [1]
    }

    /// Whether the first `prefix` bits are those of `network`. Addresses of different families never match.
    public func isInside(_ network: InternetAddress, prefix: Int) -> Bool {
        guard bytes.count == network.bytes.count, (0...bytes.count * 8).contains(prefix) else { return false }
        let whole = prefix / 8
        guard bytes.prefix(whole) == network.bytes.prefix(whole) else { return false }
        guard prefix % 8 > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF00 >> (prefix % 8))
        return bytes[whole] & mask == network.bytes[whole] & mask
    }

    /// The address' parts in reverse, as names in `in-addr.arpa`, `ip6.arpa` and blocklists begin: `1.2.0.192`, or 32 nibbles.
    /// Source: RFC 1035, section 3.5; RFC 3596, section 2.5; RFC 5782, section 2.
    public var reversed: String {
        let parts =
            isIPv4 ? bytes.map { String($0) } : bytes.flatMap { [String($0 >> 4, radix: 16), String($0 & 15, radix: 16)] }
        return parts.reversed().joined(separator: ".")
    }

    /// Where the PTR record of the address is.
    public var reverseName: String { reversed + (isIPv4 ? ".in-addr.arpa" : ".ip6.arpa") }
}

extension InternetAddress: CustomStringConvertible {
    public var description: String {
        if isIPv4 { return bytes.map { String($0) }.joined(separator: ".") }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(AF_INET6, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
