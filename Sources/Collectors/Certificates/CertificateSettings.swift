import MailClient
import PostwatchModel

/// A server whose certificate is looked at:
///
/// ```yaml
/// certificates:
///   - address: mx1.example.net:25
///     protocol: smtp                  # or imap, pop3, sieve: by STARTTLS; tls: from the first byte on
///     server_name: mx1.example.net    # what the certificate must be for; default: the host of the address
///     ca_file: ca.pem                 # default: the system's roots
///     every: 10m
/// ```
public struct CertificateSettings: ServiceSettings {
    public static let kind = "certificates"
    public static let usualPace = SurveyPace(every: .seconds(600), timeout: .seconds(15))

    public var address: Endpoint
    /// Default: what is usual on the port; `tls` where nothing is.
    public var mailProtocol: MailProtocol
    public var serverName: String?
    public var caFile: String?
    public var pace: SurveyPace
    public var labels: LabelSet

    public var place: String { "\(address)" }
    public var distinction: LabelSet { labels.merging(["endpoint": place]) }

    public init(
        address: Endpoint, mailProtocol: MailProtocol, serverName: String? = nil, caFile: String? = nil, pace: SurveyPace = Self.usualPace,
        labels: LabelSet = [:]
    ) {
        self.address = address
        self.mailProtocol = mailProtocol
        self.serverName = serverName
        self.caFile = caFile
        self.pace = pace
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        let text = section.requiredText("address", like: "mx1.example.net:25")
        let named = section.choice("protocol", of: MailProtocol.self)
        if let endpoint = Endpoint(text, defaultPort: (named ?? .tls).usualPort) {
            address = endpoint
        } else {
            if !text.isEmpty { section.report("address", found: "\"\(text)\"", write: "mx1.example.net:25") }
            address = Endpoint(host: "localhost", port: 443)
        }
        mailProtocol = named ?? Self.usualProtocol(on: address.port)
        serverName = section.text("server_name")
        caFile = section.filePath("ca_file")
        pace = SurveyPace(section, usual: Self.usualPace)
        labels = ServiceLabels.read(
            section, kind: "certificate",
            taken: ["endpoint", "version", "fingerprint_sha256", "subject", "issuer", "subjectalternative", "serialnumber"])
    }

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        SurveyCollector(
            name: name, pace: pace, world: surroundings.world,
            survey: CertificateSurvey(settings: self, resolver: surroundings.resolver(nil), world: surroundings.world))
    }

    private static func usualProtocol(on port: Int) -> MailProtocol {
        port == 587 ? .smtp : MailProtocol.allCases.first { $0.usualPort == port } ?? .tls
    }
}
