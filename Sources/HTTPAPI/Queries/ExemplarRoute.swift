import Hummingbird
import PostwatchModel
import PromQL

/// `/api/v1/query_exemplars`: the exemplars of all series that a query reads.
/// Source: Prometheus documentation, "HTTP API", "Querying exemplars".
public struct ExemplarRoute: Sendable {
    private let desk: QueryDesk
    private let exemplars: any ExemplarQuerying

    public init(desk: QueryDesk, exemplars: any ExemplarQuerying) {
        self.desk = desk
        self.exemplars = exemplars
    }

    public func add(to router: some RouterMethods<some RequestContext>) {
        router.answer("/api/v1/query_exemplars", [.get, .post]) { parameters, _ in try await answer(parameters) }
    }

    // MARK: - Private

    private func answer(_ parameters: RequestParameters) async throws -> Response {
        let start = try parameters.time("start") ?? Timestamp(milliseconds: .min)
        let end = try parameters.time("end") ?? Timestamp(milliseconds: .max)
        guard start <= end else { throw APIFailure(.badData, "end timestamp must not be before start timestamp") }
        let selectors = try desk.query(of: parameters).selectors
        // As Prometheus answers a query that reads nothing.
        if selectors.isEmpty { return Response(status: .noContent) }
        var found: [LabelSet: [Exemplar]] = [:]
        for selector in selectors {
            for series in await exemplars.exemplars(selector, from: start, through: end) { found[series.labels] = series.exemplars }
        }
        let sorted = found.sorted { $0.key.isListed(before: $1.key) }
        return .prometheus { json in
            json.list(sorted) { json, series in
                json.object { json in
                    json.member("seriesLabels") { $0.labels(series.key) }
                    json.member("exemplars") { $0.list(series.value) { $0.exemplar($1) } }
                }
            }
        }
    }
}

extension PrometheusJSON {
    fileprivate mutating func exemplar(_ exemplar: Exemplar) {
        object { json in
            json.member("labels") { $0.labels(exemplar.labels) }
            json.member("value") { $0.answer(exemplar.value) }
            json.member("timestamp") { $0.time(exemplar.timestamp.milliseconds) }
        }
    }
}
