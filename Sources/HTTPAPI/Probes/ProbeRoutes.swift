import Foundation
import Hummingbird
import PostwatchModel

/// Where a probe message was: `GET /api/v1/probes/{id}`, by its identifier or by its journey; and the last messages that were sent:
/// `GET /api/v1/probes`, of one with `journey`. Postwatch's own.
public struct ProbeRoutes: Sendable {
    private let custody: any CustodyShowing
    /// Messages that one listing shows.
    private static let listLimit = 200

    public init(custody: any CustodyShowing) {
        self.custody = custody
    }

    public func add(to router: some RouterMethods<some RequestContext>) {
        router.answer("/api/v1/probes", [.get]) { parameters, _ in
            let found = try await custody.passages(ofJourney: parameters.all("journey").first, limit: Self.listLimit)
            return try .prometheus(found.map(PassageDocument.init))
        }
        router.on("/api/v1/probes/{id}", method: .get) { _, context -> Response in
            guard let id = context.parameters.get("id")?.removingPercentEncoding, let chain = try await custody.chain(of: id) else {
                return APIFailure(.notFound, "there is no message of that identifier, and no journey of that name that sent one lately")
                    .response
            }
            return try .prometheus(CustodyDocument(chain))
        }
    }
}
