import Hummingbird
import PostwatchModel
import PostwatchRuntime
import PromQL

/// Prometheus' query API: `/api/v1/query` and `/api/v1/query_range`, as GET and as POST with a form.
/// Source: Prometheus documentation, "HTTP API".
public struct QueryRoutes: Sendable {
    private let engine: QueryEngine
    private let world: World
    private let version: String

    /// - Parameter version: what `/api/v1/status/buildinfo` answers.
    public init(engine: QueryEngine, world: World, version: String) {
        self.engine = engine
        self.world = world
        self.version = version
    }

    public func add(to router: Router<some RequestContext>) {
        for method in [HTTPRequest.Method.get, .post] {
            router.on("/api/v1/query", method: method) { request, _ in try await answering { try await instant(request) } }
            router.on("/api/v1/query_range", method: method) { request, _ in try await answering { try await range(request) } }
        }
        router.get("/api/v1/status/buildinfo") { _, _ in
            Response.json(
                PrometheusJSON.success { json in
                    json.labels(["version": version, "revision": "", "branch": "", "buildUser": "", "buildDate": "", "goVersion": ""])
                })
        }
    }

    // MARK: - Private

    private func instant(_ request: Request) async throws -> Response {
        let parameters = try await QueryParameters(request)
        let query = try PromQLQuery(try parameters.required("query"))
        let moment = try parameters.time("time", default: world.now())
        let result = try await engine.instant(query, at: moment)
        return .json(PrometheusJSON.success { $0.result(result) })
    }

    private func range(_ request: Request) async throws -> Response {
        let parameters = try await QueryParameters(request)
        let query = try PromQLQuery(try parameters.required("query"))
        let start = try parameters.time("start", default: nil)
        let end = try parameters.time("end", default: nil)
        let step = try parameters.duration("step")
        let result = try await engine.range(query, from: start, through: end, step: step)
        return .json(PrometheusJSON.success { $0.result(result) })
    }

    private func answering(_ body: () async throws -> Response) async throws -> Response {
        do {
            return try await body()
        } catch let fault as QueryParameters.Fault {
            return .prometheusError(.badRequest, type: "bad_data", message: fault.message)
        } catch let fault as PromQLFault {
            return .prometheusError(.badRequest, type: "bad_data", message: "\(fault)")
        } catch let failure as QueryFailure {
            return .prometheusError(Self.status(of: failure.kind), type: failure.kind.rawValue, message: "\(failure)")
        }
    }

    private static func status(of kind: QueryFailure.Kind) -> HTTPResponse.Status {
        switch kind {
        case .badData: .badRequest
        case .execution: .unprocessableContent
        case .timeout: .serviceUnavailable
        case .canceled: .init(code: 499, reasonPhrase: "Client Closed Request")
        case .internal: .internalServerError
        }
    }
}
