/// How a connection comes to be encrypted.
public enum MailProtocol: String, Hashable, Sendable, CaseIterable {
    /// STARTTLS. Source: RFC 3207.
    case smtp
    /// STARTTLS. Source: RFC 9051, section 6.2.1.
    case imap
    /// STLS. Source: RFC 2595, section 4.
    case pop3
    /// ManageSieve's STARTTLS. Source: RFC 5804, section 2.2.
    case sieve
    /// From the first byte on, whatever is spoken afterwards: 465, 993, 995, 443.
    case tls

    /// Where servers usually listen.
    public var usualPort: Int {
        switch self {
        case .smtp: 25
        case .imap: 143
        case .pop3: 110
        case .sieve: 4190
        case .tls: 443
        }
    }
}
