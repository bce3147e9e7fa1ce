/// One thing that is right or wrong with a domain's identity: the label `check`.
public enum IdentityCheck: String, Hashable, Sendable, CaseIterable {
    /// The domain has MX records.
    case mxPublished = "mx_published"
    /// A mail exchanger has an address, and is no alias.
    case mxResolves = "mx_resolves"
    /// An outbound address has a PTR record.
    case ptrPublished = "ptr_published"
    /// The name in it has that address.
    case ptrConfirmed = "ptr_confirmed"
    /// There is one SPF record and no second.
    case spfPublished = "spf_published"
    /// Verifiers understand it, and all that it includes, and it does not let everybody send.
    case spfValid = "spf_valid"
    /// It costs at most 10 lookups.
    case spfLookups = "spf_lookups"
    /// It lets an outbound address send.
    case spfCovers = "spf_covers"
    /// A selector has a key.
    case dkimPublished = "dkim_published"
    /// Verifiers can use it.
    case dkimValid = "dkim_valid"
    case dmarcPublished = "dmarc_published"
    case dmarcValid = "dmarc_valid"
    case mtaSTSPublished = "mta_sts_published"
    /// The policy can be fetched and is understood.
    case mtaSTSPolicy = "mta_sts_policy"
    /// The policy names a mail exchanger.
    case mtaSTSCovers = "mta_sts_covers"
    /// A mail exchanger has TLSA records.
    case tlsaPublished = "tlsa_published"
    /// The name server has validated them by DNSSEC, without which they count for nothing.
    case tlsaSigned = "tlsa_signed"
    /// One of them is the certificate that the server shows.
    case tlsaMatches = "tlsa_matches"
    case tlsReportPublished = "tls_rpt_published"
}
