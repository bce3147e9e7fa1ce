/// A record of a name server that names a host.
public enum NameRecord: Hashable, Sendable {
    /// Source: RFC 2782.
    case service(host: String, port: Int)
    /// Source: RFC 1035, section 3.3.9.
    case mailExchanger(host: String)
    /// Source: RFC 1035, section 3.3.11.
    case nameServer(host: String)

    public enum Kind: String, Hashable, Sendable {
        case service = "SRV"
        case mailExchanger = "MX"
        case nameServer = "NS"
    }
}
