import MailClient
import MailWire
import PostwatchModel

/// A name server that must know the right answers:
///
/// ```yaml
/// resolvers:
///   - address: 192.0.2.53:53
///     every: 30s
///     queries:
///       - name: example.net
///         type: MX
///         expect: [10 mx1.example.net]    # all of them, in any order; default: at least one record
/// ```
public struct ResolverSettings: ServiceSettings {
    public static let kind = "resolvers"
    public static let usualPace = SurveyPace(every: .seconds(30), timeout: .seconds(10))

    /// One question.
    public struct Query: Hashable, Sendable {
        public var name: String
        public var type: DNSType
        /// As zone files have the records; `nil` when any will do.
        public var expected: [String]?

        public init(name: String, type: DNSType, expected: [String]? = nil) {
            self.name = name
            self.type = type
            self.expected = expected
        }
    }

    public var address: Endpoint
    public var queries: [Query]
    public var pace: SurveyPace
    public var labels: LabelSet

    public var place: String { "\(address)" }
    public var distinction: LabelSet { labels.merging(["resolver": place]) }

    public init(address: Endpoint, queries: [Query], pace: SurveyPace = Self.usualPace, labels: LabelSet = [:]) {
        self.address = address
        self.queries = queries
        self.pace = pace
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        if !section.has("address") {
            section.report("address", found: "nothing", write: "the address of a name server, such as 192.0.2.53:53")
        }
        address = NameServerAddress.read(section, "address") ?? Endpoint(host: "127.0.0.1", port: 53)
        queries = section.sections("queries") { query in
            let name = query.requiredText("name", like: "example.net")
            let text = query.text("type") ?? "A"
            let type = DNSType(text)
            if type == nil {
                query.report("type", found: "\"\(text)\"", write: "one of " + DNSType.named.map(\.name).joined(separator: ", "))
            }
            return Query(name: name, type: type ?? .a, expected: query.has("expect") ? query.texts("expect") : nil)
        }
        if queries.isEmpty { section.report("queries", found: "nothing to ask", write: "- {name: example.net, type: MX}") }
        if Set(queries.map { "\($0.name.lowercased()) \($0.type)" }).count < queries.count {
            section.report("queries", found: "the same question twice", write: "each name and type once")
        }
        pace = SurveyPace(section, usual: Self.usualPace)
        labels = ServiceLabels.read(section, kind: "resolver", taken: ["resolver", "name", "type"])
    }

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        SurveyCollector(
            name: name, pace: pace, world: surroundings.world,
            survey: ResolverSurvey(settings: self, resolver: surroundings.resolver(address)))
    }
}
