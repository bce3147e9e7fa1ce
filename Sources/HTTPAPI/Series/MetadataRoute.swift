import Hummingbird
import PostwatchModel

/// `GET /api/v1/metadata`: what senders said of metric families.
/// Source: Prometheus documentation, "HTTP API", "Querying metric metadata".
public struct MetadataRoute: Sendable {
    private let metadata: any MetadataQuerying

    public init(metadata: any MetadataQuerying) {
        self.metadata = metadata
    }

    public func add(to router: some RouterMethods<some RequestContext>) {
        router.answer("/api/v1/metadata", [.get]) { parameters, _ in
            let limit = try Self.number("limit", parameters) ?? -1
            // Each metric has one entry here: this limit only has to be a number.
            _ = try Self.number("limit_per_metric", parameters)
            let metric = parameters.first("metric")
            var found = await metadata.metadata().filter { metric == nil || $0.key == metric }.sorted { $0.key < $1.key }[...]
            if limit >= 0 { found = found.prefix(limit) }
            return .prometheus { json in
                json.begin("{")
                for (name, entry) in found { json.member(named: name) { $0.list([entry]) { $0.metadata($1) } } }
                json.end("}")
            }
        }
    }

    // MARK: - Private

    private static func number(_ name: String, _ parameters: RequestParameters) throws -> Int? {
        guard let text = parameters.first(name) else { return nil }
        guard let number = Int(text) else { throw APIFailure(.badData, "\(name) must be a number") }
        return number
    }
}

extension PrometheusJSON {
    fileprivate mutating func metadata(_ entry: MetricMetadata) {
        object { json in
            json.member("type", entry.kind.rawValue)
            json.member("help", entry.help)
            json.member("unit", entry.unit)
        }
    }
}
