import Hummingbird
import PostwatchModel

/// What series there are: `/api/v1/series`, `/api/v1/labels` and `/api/v1/label/<name>/values`.
/// Source: Prometheus documentation, "HTTP API", "Querying metadata".
public struct SeriesRoutes: Sendable {
    private let listing: any SeriesListing

    public init(listing: any SeriesListing) {
        self.listing = listing
    }

    public func add(to router: some RouterMethods<some RequestContext>) {
        router.answer("/api/v1/series", [.get, .post]) { parameters, _ in
            if parameters.all("match[]").isEmpty { throw APIFailure(.badData, "no match[] parameter provided") }
            return try await answer(parameters) {
                try await listing.series($0, from: $1, through: $2, limit: $3)
            } write: {
                $0.labels($1)
            }
        }
        router.answer("/api/v1/labels", [.get, .post]) { parameters, _ in
            try await answer(parameters) {
                try await listing.labelNames($0, from: $1, through: $2, limit: $3)
            } write: {
                $0.string($1)
            }
        }
        router.answer("/api/v1/label/{name}/values", [.get]) { parameters, context in
            let name = try labelName(context.parameters.get("name") ?? "")
            return try await answer(parameters) {
                try await listing.labelValues(of: name, $0, from: $1, through: $2, limit: $3)
            } write: {
                $0.string($1)
            }
        }
    }

    // MARK: - Private

    private func answer<Entry>(
        _ parameters: RequestParameters, _ list: ([[LabelMatcher]], Timestamp, Timestamp, Int?) async throws -> [Entry],
        write: (inout PrometheusJSON, Entry) -> Void
    ) async throws -> Response {
        let limit = try parameters.limit()
        let start = try parameters.time("start") ?? Timestamp(milliseconds: .min)
        let end = try parameters.time("end") ?? Timestamp(milliseconds: .max)
        // One more than may be answered tells whether there are more.
        let found = try await list(try parameters.selectors(), start, end, limit.map { $0 == .max ? $0 : $0 + 1 })
        let shown = found.prefix(limit ?? found.count)
        return .prometheus(warnings: shown.count < found.count ? [Response.truncationWarning] : []) { $0.list(shown, write) }
    }

    /// A label's name as it stands in an address: percent-encoded, or behind `U__` in the escaping of names beyond ASCII.
    private func labelName(_ text: String) throws -> String {
        let text = text.removingPercentEncoding ?? text
        let name = text.hasPrefix("U__") ? EscapedLabelName(text).name : text
        guard !name.isEmpty else { throw APIFailure(.badData, "invalid label name: \"\(name)\"") }
        return name
    }
}
