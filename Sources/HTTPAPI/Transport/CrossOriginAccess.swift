import HTTPTypes
import Hummingbird
import PostwatchModel

/// Lets pages of chosen origins read the API in a browser.
/// Source: Fetch standard, "CORS protocol"; Prometheus documentation, flag `--web.cors.origin`.
public struct CrossOriginAccess<Context: RequestContext>: RouterMiddleware {
    private let origins: AnchoredPattern?

    /// - Parameter origins: which origins may; `.*` stands for all, `nil` for none but our own.
    public init(origins: AnchoredPattern?) {
        self.origins = origins
    }

    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard let origins, let origin = request.headers[.origin] else { return response }
        response.headers[.accessControlAllowHeaders] = "Accept, Authorization, Content-Type, Origin"
        response.headers[.accessControlAllowMethods] = "GET, POST, OPTIONS"
        response.headers[.accessControlExposeHeaders] = "Date"
        response.headers[values: .vary].append("Origin")
        if origins.source == ".*" {
            response.headers[.accessControlAllowOrigin] = "*"
        } else if origins.matches(origin) {
            response.headers[.accessControlAllowOrigin] = origin
        }
        return response
    }
}
