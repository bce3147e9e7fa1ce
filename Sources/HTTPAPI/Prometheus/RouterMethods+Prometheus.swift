import Hummingbird

extension RouterMethods {
    /// Answers `path` for `methods` with what `body` makes of the request's parameters; the faults that it throws become error envelopes.
    /// Other methods are answered with 405, after which Grafana asks by GET.
    func answer(
        _ path: RouterPath, _ methods: [HTTPRequest.Method],
        _ body: @Sendable @escaping (RequestParameters, Context) async throws -> Response
    ) {
        for method in methods {
            on(path, method: method) { request, context in
                try await Response.answering { try await body(try await RequestParameters(request), context) }
            }
        }
        refuseMethods(besides: methods, at: path)
    }

    /// Answers methods that `path` does not have with 405, and OPTIONS, by which browsers ask before they ask, with nothing.
    func refuseMethods(besides methods: [HTTPRequest.Method], at path: RouterPath) {
        on(path, method: .options) { _, _ in Response(status: .noContent) }
        let allowed = methods.map(\.rawValue).joined(separator: ", ")
        for method in [HTTPRequest.Method.get, .post, .put, .delete, .patch] where !methods.contains(method) {
            on(path, method: method) { _, _ in
                var response = Response.plain("Method Not Allowed\n", status: .methodNotAllowed)
                response.headers[.allow] = allowed
                return response
            }
        }
    }
}
