import MailWire

/// What a domain is to the mail servers of others, and what of it is judged.
public struct MailIdentity: Hashable, Sendable {
    /// A subject that can be left out when the domain does not do it.
    public enum Subject: String, Hashable, Sendable, CaseIterable {
        case mx, ptr, spf, dkim, dmarc
        case mtaSTS = "mta_sts"
        case tlsa
        case tlsReport = "tls_rpt"
    }

    /// `example.net`
    public let domain: String
    /// Of DKIM, which names cannot be listed by.
    public let selectors: [String]
    /// From which the domain's mail leaves.
    public let outboundAddresses: [InternetAddress]
    public let subjects: Set<Subject>

    public init(domain: String, selectors: [String], outboundAddresses: [InternetAddress], subjects: Set<Subject> = Set(Subject.allCases)) {
        self.domain = domain
        self.selectors = selectors
        self.outboundAddresses = outboundAddresses
        self.subjects = subjects
    }
}
