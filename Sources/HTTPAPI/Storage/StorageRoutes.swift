import Foundation
import Hummingbird
import PostwatchModel

/// What Prometheus tells about stored series, `/api/v1/status/tsdb`, and what it lets be done to them, `/api/v1/admin/tsdb/…`.
/// Source: Prometheus documentation, "HTTP API", "TSDB Stats" and "TSDB Admin APIs".
public struct StorageRoutes: Sendable {
    /// Entries of each list, unless the request says otherwise.
    private static let defaultLimit = 10
    private static let maximumLimit = 10_000

    private let administration: any SeriesAdministering
    private let isAdministrationEnabled: Bool

    /// - Parameter isAdministrationEnabled: whether anybody who reaches the server may delete and copy. Otherwise only the status is there.
    public init(administration: any SeriesAdministering, isAdministrationEnabled: Bool) {
        self.administration = administration
        self.isAdministrationEnabled = isAdministrationEnabled
    }

    public func add(to router: Router<some RequestContext>) {
        router.get("/api/v1/status/tsdb") { request, _ in try await answering { try await status(request) } }
        for method in [HTTPRequest.Method.post, .put] {
            router.on("/api/v1/admin/tsdb/delete_series", method: method) { request, _ in
                try await administering { try await delete(request) }
            }
            router.on("/api/v1/admin/tsdb/snapshot", method: method) { request, _ in
                try await administering { try await snapshot(request) }
            }
            router.on("/api/v1/admin/tsdb/clean_tombstones", method: method) { _, _ in
                // What is deleted is gone at once.
                try await administering { Response(status: .noContent) }
            }
        }
    }

    // MARK: - Private

    private struct Snapshot: Encodable {
        let name: String
    }

    private func status(_ request: Request) async throws -> Response {
        let limit = try await AdministrationParameters(request).count("limit", default: Self.defaultLimit, upTo: Self.maximumLimit)
        return try .prometheus(TSDBStatus(await administration.cardinality(limit: limit)))
    }

    private func delete(_ request: Request) async throws -> Response {
        let parameters = try await AdministrationParameters(request)
        let texts = parameters.all("match[]")
        if texts.isEmpty { throw QueryParameters.Fault(message: "no match[] parameter provided") }
        let start = try parameters.time("start") ?? Timestamp(milliseconds: .min)
        let end = try parameters.time("end") ?? Timestamp(milliseconds: .max)
        // All of them are read before anything is deleted.
        var selectors: [SeriesSelector] = []
        for text in texts { selectors.append(try await SeriesSelector(text)) }
        for selector in selectors { try await administration.delete(selector.matchers, from: start, through: end) }
        return Response(status: .noContent)
    }

    private func snapshot(_ request: Request) async throws -> Response {
        let skipsHead = try await AdministrationParameters(request).flag("skip_head")
        return try .prometheus(Snapshot(name: try await administration.snapshot(skipsHead: skipsHead)))
    }

    private func administering(_ body: () async throws -> Response) async throws -> Response {
        guard isAdministrationEnabled else {
            return .prometheusError(.serviceUnavailable, type: "unavailable", message: "admin APIs disabled")
        }
        return try await answering(body)
    }

    private func answering(_ body: () async throws -> Response) async throws -> Response {
        do {
            return try await body()
        } catch let fault as QueryParameters.Fault {
            return .prometheusError(.badRequest, type: "bad_data", message: fault.message)
        } catch let error as HTTPError {
            throw error
        } catch {
            return .prometheusError(.internalServerError, type: "internal", message: "\(error)")
        }
    }
}
