import MailWire
import PostwatchModel

/// Where mail servers may send their log by syslog, the key `syslog` of an entry of `collectors.mail_logs`:
///
/// ```yaml
/// syslog:
///   address: 127.0.0.1:5514
///   protocols: [udp, tcp]
///   allow_from: [192.0.2.0/24]      # must be there where others than this machine can reach the address
///   max_connections: 100
/// ```
public struct SyslogSettings: Hashable, Sendable {
    public enum TransportProtocol: String, CaseIterable, Hashable, Sendable {
        case udp, tcp
    }

    /// An IP address and a port. Default: `127.0.0.1:5514`.
    public var address: ServiceAddress
    /// At least one. Default: both.
    public var protocols: Set<TransportProtocol>
    /// Whose lines are taken; empty: those of everybody who can reach the address, which must be a loopback address then. Default: empty.
    public var allowFrom: [AddressRange]
    /// So many TCP connections are held; one more ends the one that was silent for longest. `1 ... 10000`. Default: 100.
    public var maxConnections: Int

    public init(
        address: ServiceAddress = Self.usualAddress, protocols: Set<TransportProtocol> = [.udp, .tcp], allowFrom: [AddressRange] = [],
        maxConnections: Int = Self.usualConnections
    ) {
        self.address = address
        self.protocols = protocols
        self.allowFrom = allowFrom
        self.maxConnections = maxConnections
    }

    public static let usualAddress = ServiceAddress.internet(host: "127.0.0.1", port: 5514)
    public static let usualConnections = 100

    /// `syslog:127.0.0.1:5514`.
    public var place: String { "syslog:\(address)" }

    /// Reads the key `syslog`; notes all that is wrong with it there.
    init(_ section: ConfigurationSection) {
        address = ServiceAddress(section, usual: Self.usualAddress, port: 514)
        protocols = Self.readProtocols(section)
        allowFrom = Self.readRanges(section)
        maxConnections = section.integer("max_connections", default: Self.usualConnections, in: 1...10_000)
        guard case .internet(let host, _) = address, let host = InternetAddress(host) else {
            section.report("address", found: "\"\(address)\"", write: "an IP address and a port, such as \(Self.usualAddress)")
            return
        }
        if !host.isLoopback && !section.has("allow_from") {
            section.report(
                "address", found: "\(address), which others than this machine can reach",
                write: "allow_from: [192.0.2.0/24] beside it, for whose lines are taken")
        }
    }

    // MARK: - Private

    private static func readProtocols(_ section: ConfigurationSection) -> Set<TransportProtocol> {
        guard section.has("protocols") else { return Set(TransportProtocol.allCases) }
        let texts = section.texts("protocols")
        for text in texts where TransportProtocol(rawValue: text) == nil {
            section.report("protocols", found: "\"\(text)\"", write: "udp, tcp or both")
        }
        if texts.isEmpty { section.report("protocols", found: "none", write: "udp, tcp or both") }
        return Set(texts.compactMap { TransportProtocol(rawValue: $0) })
    }

    private static func readRanges(_ section: ConfigurationSection) -> [AddressRange] {
        guard section.has("allow_from") else { return [] }
        let texts = section.texts("allow_from")
        if texts.isEmpty { section.report("allow_from", found: "nobody", write: "addresses or networks such as 192.0.2.0/24") }
        return texts.compactMap { text in
            if let range = AddressRange(text) { return range }
            section.report("allow_from", found: "\"\(text)\"", write: "addresses or networks such as 192.0.2.0/24")
            return nil
        }
    }
}
