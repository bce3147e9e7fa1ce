import Hummingbird

/// `POST` and `PUT /-/reload`: reads the configuration and the rules anew.
/// Source: Prometheus documentation, "Management API".
public struct LifecycleRoutes: Sendable {
    private let isEnabled: Bool
    private let reload: @Sendable () async throws -> Void

    /// - Parameters:
    ///   - isEnabled: whether anybody who reaches the server may do that.
    ///   - reload: throws what is wrong with the new configuration; then the old one stays.
    public init(isEnabled: Bool, reload: @escaping @Sendable () async throws -> Void) {
        self.isEnabled = isEnabled
        self.reload = reload
    }

    public func add(to router: some RouterMethods<some RequestContext>) {
        for method in [HTTPRequest.Method.post, .put] {
            router.on("/-/reload", method: method) { _, _ -> Response in
                guard isEnabled else { return .plain("Lifecycle API is not enabled.", status: .forbidden) }
                do {
                    try await reload()
                    return Response(status: .ok)
                } catch {
                    return .plain("failed to reload config: \(error)\n", status: .internalServerError)
                }
            }
        }
        router.on("/-/reload", method: .get) { _, _ -> Response in
            guard isEnabled else { return .plain("Lifecycle API is not enabled.", status: .forbidden) }
            var response = Response.plain("Only POST or PUT requests allowed", status: .methodNotAllowed)
            response.headers[.allow] = "POST, PUT"
            return response
        }
    }
}
