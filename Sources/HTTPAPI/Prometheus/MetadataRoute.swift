import Hummingbird
import PostwatchModel

/// `GET /api/v1/metadata`: what senders said of metric families, as Prometheus answers it.
public struct MetadataRoute: Sendable {
    private struct Entry: Encodable, Sendable {
        let type: String
        let help: String
        let unit: String
    }

    private let metadata: any MetadataQuerying

    public init(metadata: any MetadataQuerying) {
        self.metadata = metadata
    }

    public func add(to router: Router<some RequestContext>) {
        router.get("/api/v1/metadata") { request, _ in
            let metric = request.uri.queryParameters.get("metric")
            let limit = request.uri.queryParameters.get("limit").flatMap { Int($0) } ?? -1
            var found = await metadata.metadata().filter { metric == nil || $0.key == metric }.sorted { $0.key < $1.key }[...]
            if limit >= 0 { found = found.prefix(limit) }
            let entries = found.map { ($0.key, [Entry(type: $0.value.kind.rawValue, help: $0.value.help, unit: $0.value.unit)]) }
            return try Response.prometheus(Dictionary(uniqueKeysWithValues: entries))
        }
    }
}
