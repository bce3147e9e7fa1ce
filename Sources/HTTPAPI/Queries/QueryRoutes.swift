import Hummingbird
import PostwatchModel
import PromQL

/// Prometheus' query API: `/api/v1/query`, `query_range`, `format_query` and `parse_query`, as GET and as POST with a form.
/// Source: Prometheus documentation, "HTTP API", "Expression queries".
public struct QueryRoutes: Sendable {
    private let desk: QueryDesk

    public init(desk: QueryDesk) {
        self.desk = desk
    }

    public func add(to router: some RouterMethods<some RequestContext>) {
        router.answer("/api/v1/query", [.get, .post]) { try await instant($0, from: $1 as? any ClientConnection) }
        router.answer("/api/v1/query_range", [.get, .post]) { try await range($0, from: $1 as? any ClientConnection) }
        router.answer("/api/v1/format_query", [.get, .post]) { parameters, _ in
            let query = try desk.query(of: parameters)
            return .prometheus { $0.string(query.formatted) }
        }
        router.answer("/api/v1/parse_query", [.get, .post]) { parameters, _ in
            try .prometheus(try desk.query(of: parameters).syntaxTree)
        }
    }

    // MARK: - Private

    private func instant(_ parameters: RequestParameters, from client: (any ClientConnection)?) async throws -> Response {
        let limit = try parameters.limit()
        let moment = try parameters.time("time") ?? desk.now
        let query = try desk.query(of: parameters)
        return try await desk.answer(parameters, from: client, limit: limit, instant: query) {
            try await $0.instantAnswer(query, at: moment)
        }
    }

    private func range(_ parameters: RequestParameters, from client: (any ClientConnection)?) async throws -> Response {
        let limit = try parameters.limit()
        let start = try parameters.requiredTime("start")
        let end = try parameters.requiredTime("end")
        guard start <= end else { throw APIFailure.invalid("end", "end timestamp must not be before start time") }
        let step = try parameters.requiredDuration("step")
        guard step.wholeMilliseconds > 0 else {
            throw APIFailure.invalid(
                "step", "zero or negative query resolution step widths are not accepted. Try a positive integer")
        }
        guard (end - start).wholeMilliseconds / step.wholeMilliseconds <= Int64(QueryDesk.maximumSteps) else {
            throw APIFailure(
                .badData, "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)")
        }
        let query = try desk.query(of: parameters)
        guard query.type == .scalar || query.type == .instantVector else {
            throw APIFailure.invalid(
                "query", "invalid expression type \"\(query.type.rawValue)\" for range query, must be Scalar or instant Vector")
        }
        return try await desk.answer(parameters, from: client, limit: limit) {
            try await $0.rangeAnswer(query, from: start, through: end, step: step)
        }
    }
}
