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

    public func add(to router: some RouterMethods<some RequestContext>) {
        router.answer("/api/v1/status/tsdb", [.get]) { parameters, _ in try await status(parameters) }
        router.answer("/api/v1/admin/tsdb/delete_series", [.post, .put]) { parameters, _ in
            try checkAdministration()
            return try await delete(parameters)
        }
        router.answer("/api/v1/admin/tsdb/snapshot", [.post, .put]) { parameters, _ in
            try checkAdministration()
            let skipsHead = try parameters.flag("skip_head")
            return try .prometheus(Snapshot(name: try await administration.snapshot(skipsHead: skipsHead)))
        }
        router.answer("/api/v1/admin/tsdb/clean_tombstones", [.post, .put]) { _, _ in
            // What is deleted is gone at once.
            try checkAdministration()
            return Response(status: .noContent)
        }
    }

    // MARK: - Private

    private struct Snapshot: Encodable {
        let name: String
    }

    private func status(_ parameters: RequestParameters) async throws -> Response {
        let limit = try parameters.count("limit", default: Self.defaultLimit, upTo: Self.maximumLimit)
        return try .prometheus(TSDBStatus(await administration.cardinality(limit: limit)))
    }

    private func delete(_ parameters: RequestParameters) async throws -> Response {
        if parameters.all("match[]").isEmpty { throw APIFailure(.badData, "no match[] parameter provided") }
        let start = try parameters.time("start") ?? Timestamp(milliseconds: .min)
        let end = try parameters.time("end") ?? Timestamp(milliseconds: .max)
        // All of them are read before anything is deleted.
        for selector in try parameters.selectors() { try await administration.delete(selector, from: start, through: end) }
        return Response(status: .noContent)
    }

    private func checkAdministration() throws(APIFailure) {
        guard isAdministrationEnabled else { throw APIFailure(.unavailable, "admin APIs disabled") }
    }
}
