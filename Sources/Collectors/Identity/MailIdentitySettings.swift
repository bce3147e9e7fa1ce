import MailClient
import MailIdentity
import MailWire
import PostwatchModel

/// A domain, and what other mail servers must find when they look at it:
///
/// ```yaml
/// mail_identity:
///   - domain: example.net
///     selectors: [s1]                       # of DKIM
///     outbound_addresses: [198.51.100.1]
///     resolver: 192.0.2.53:53               # one that validates, for DANE; default: the system's
///     subjects: [mx, ptr, spf, dkim, dmarc, mta_sts, tlsa, tls_rpt]    # default: all of them
///     every: 10m
/// ```
public struct MailIdentitySettings: ServiceSettings {
    public static let kind = "mail_identity"
    public static let usualPace = SurveyPace(every: .seconds(600), timeout: .seconds(60))

    public var identity: MailIdentity
    public var resolver: Endpoint?
    /// Where the MTA-STS policy is fetched; `nil`: `https://mta-sts.DOMAIN/.well-known/mta-sts.txt`, as senders do.
    public var policyAddress: String?
    /// The port on which mail exchangers are asked for their certificates. Default: 25.
    public var exchangerPort: Int
    public var pace: SurveyPace
    public var labels: LabelSet

    public var place: String { identity.domain }
    public var distinction: LabelSet { labels.merging(["domain": place]) }

    public init(
        identity: MailIdentity, resolver: Endpoint? = nil, policyAddress: String? = nil, exchangerPort: Int = 25,
        pace: SurveyPace = Self.usualPace, labels: LabelSet = [:]
    ) {
        self.identity = identity
        self.resolver = resolver
        self.policyAddress = policyAddress
        self.exchangerPort = exchangerPort
        self.pace = pace
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        let subjects = section.texts("subjects")
        for text in subjects where MailIdentity.Subject(rawValue: text) == nil {
            let names = MailIdentity.Subject.allCases.map(\.rawValue).joined(separator: ", ")
            section.report("subjects", found: "\"\(text)\"", write: "some of \(names)")
        }
        identity = MailIdentity(
            domain: ConfiguredDomain.read(section, "domain"),
            selectors: ConfiguredDomain.readList(section, "selectors", like: "s1"),
            outboundAddresses: AddressList.read(section, "outbound_addresses"),
            subjects: section.has("subjects") ? Set(subjects.compactMap(MailIdentity.Subject.init)) : Set(MailIdentity.Subject.allCases))
        resolver = NameServerAddress.read(section, "resolver")
        policyAddress = ServiceURL.read(
            section, "mta_sts_url", usual: "https://mta-sts.example.net/.well-known/mta-sts.txt", schemes: ["http", "https"])
        exchangerPort = section.integer("mx_port", default: 25, in: 1...65_535)
        pace = SurveyPace(section, usual: Self.usualPace)
        labels = ServiceLabels.read(
            section, kind: "identity", taken: ["domain", "check", "subject", "policy", "subdomain_policy", "mode"])
    }

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        SurveyCollector(
            name: name, pace: pace, world: surroundings.world,
            survey: MailIdentitySurvey(settings: self, resolver: surroundings.resolver(resolver), world: surroundings.world))
    }
}
