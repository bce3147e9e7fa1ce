import HTTPTypes
import Hummingbird

/// Answers requests on the threads for work, where they are handed over on the one that reads and writes many connections: what takes
/// long there holds up all of them.
public struct WorkerThreads<Context: RequestContext>: RouterMiddleware {
    private let length: Int

    /// - Parameter length: requests whose address and body are no longer than this, in bytes, stay where they are.
    ///   Default: none do.
    public init(forLongerThan length: Int = -1) {
        self.length = length
    }

    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if isShort(request) { return try await next(request, context) }
        return try await withTaskExecutorPreference(globalConcurrentExecutor) { try await next(request, context) }
    }

    // MARK: - Private

    private func isShort(_ request: Request) -> Bool {
        guard request.uri.string.utf8.count <= length else { return false }
        if request.method == .get { return true }
        return request.headers[.contentLength].flatMap { Int($0) }.map { $0 <= length - request.uri.string.utf8.count } ?? false
    }
}
