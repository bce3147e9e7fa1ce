/// One record of an answer. Names are without their last dot; bytes that a host name does not have are written `\DDD`.
public struct DNSRecord: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        /// A and AAAA.
        case address(InternetAddress)
        /// CNAME, NS and PTR.
        case host(String)
        /// MX; the host of a null MX is empty. Source: RFC 7505.
        case exchanger(preference: Int, host: String)
        /// TXT, its strings joined.
        case text(String)
        /// SOA.
        case authority(primary: String, serial: UInt32)
        /// TLSA. Source: RFC 6698, section 2.1.
        case association(usage: UInt8, selector: UInt8, matching: UInt8, data: [UInt8])
        /// A type that is not understood.
        case other([UInt8])
    }

    public let name: String
    public let type: DNSType
    /// Seconds.
    public let timeToLive: UInt32
    public let content: Content

    public init(name: String, type: DNSType, timeToLive: UInt32 = 0, content: Content) {
        self.name = name
        self.type = type
        self.timeToLive = timeToLive
        self.content = content
    }
}

extension DNSRecord: CustomStringConvertible {
    /// The content as zone files have it, without quotes: `192.0.2.1`, `10 mx1.example.net`, `3 1 1 8f…`; of SOA the primary server and
    /// the serial number.
    public var description: String {
        switch content {
        case .address(let address): "\(address)"
        case .host(let host): host
        case .exchanger(let preference, let host): "\(preference) \(host.isEmpty ? "." : host)"
        case .text(let text): text
        case .authority(let primary, let serial): "\(primary) \(serial)"
        case .association(let usage, let selector, let matching, let data): "\(usage) \(selector) \(matching) \(Self.hex(data))"
        case .other(let bytes): "\\# \(bytes.count) \(Self.hex(bytes))"
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
