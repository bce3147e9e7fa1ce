/// The type of a DNS record, by its number. Source: IANA, "Domain Name System (DNS) Parameters".
public struct DNSType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    public static let a = DNSType(rawValue: 1)
    public static let ns = DNSType(rawValue: 2)
    public static let cname = DNSType(rawValue: 5)
    public static let soa = DNSType(rawValue: 6)
    public static let ptr = DNSType(rawValue: 12)
    public static let mx = DNSType(rawValue: 15)
    public static let txt = DNSType(rawValue: 16)
    public static let aaaa = DNSType(rawValue: 28)
    /// Source: RFC 6698.
    public static let tlsa = DNSType(rawValue: 52)

    /// Those that are understood, by name.
    public static let named: [(name: String, type: DNSType)] = [
        ("A", .a), ("AAAA", .aaaa), ("CNAME", .cname), ("MX", .mx), ("NS", .ns), ("PTR", .ptr), ("SOA", .soa), ("TLSA", .tlsa),
        ("TXT", .txt),
    ]

    /// `MX`, in small or capital letters; `nil` for a type that is not understood.
    public init?(_ name: String) {
        guard let found = Self.named.first(where: { $0.name == name.uppercased() }) else { return nil }
        self = found.type
    }
}

extension DNSType: CustomStringConvertible {
    /// `MX`, or `TYPE257` as RFC 3597 writes others.
    public var description: String { Self.named.first { $0.type == self }?.name ?? "TYPE\(rawValue)" }
}
