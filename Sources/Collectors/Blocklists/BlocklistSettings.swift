import MailClient
import MailWire
import PostwatchModel

/// Blocklists on which one's own addresses must not be:
///
/// ```yaml
/// dnsbl:
///   - addresses: [198.51.100.1, 2001:db8::1]
///     lists: [zen.example.org]
///     resolver: 192.0.2.53:53         # public resolvers are refused by most lists; default: the system's
///     every: 10m
/// ```
public struct BlocklistSettings: ServiceSettings {
    public static let kind = "dnsbl"
    public static let usualPace = SurveyPace(every: .seconds(600), timeout: .seconds(60))

    public var addresses: [InternetAddress]
    public var lists: [String]
    public var resolver: Endpoint?
    public var pace: SurveyPace
    public var labels: LabelSet

    public var place: String { (addresses.map(\.description) + lists).joined(separator: ",") }
    public var distinctions: [LabelSet] {
        addresses.flatMap { address in lists.map { labels.merging(["address": "\(address)", "list": $0]) } }
    }

    public init(
        addresses: [InternetAddress], lists: [String], resolver: Endpoint? = nil, pace: SurveyPace = Self.usualPace, labels: LabelSet = [:]
    ) {
        self.addresses = addresses
        self.lists = lists
        self.resolver = resolver
        self.pace = pace
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        addresses = AddressList.read(section, "addresses")
        lists = ConfiguredDomain.readList(section, "lists", like: "zen.example.org")
        resolver = NameServerAddress.read(section, "resolver")
        pace = SurveyPace(section, usual: Self.usualPace)
        labels = ServiceLabels.read(section, kind: "dnsbl", taken: ["address", "list"])
        if addresses.isEmpty { section.report("addresses", found: "no address", write: "the addresses that mail leaves from") }
        if lists.isEmpty { section.report("lists", found: "no list", write: "zones of blocklists, such as zen.example.org") }
    }

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        SurveyCollector(
            name: name, pace: pace, world: surroundings.world,
            survey: BlocklistSurvey(settings: self, resolver: surroundings.resolver(resolver)))
    }
}
