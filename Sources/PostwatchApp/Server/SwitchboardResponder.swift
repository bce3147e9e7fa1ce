import HTTPTypes
import Hummingbird

/// Answers requests with what the switchboard has, or 503 when the server ends.
struct SwitchboardResponder: HTTPResponder {
    let switchboard: Switchboard

    func respond(to request: Request, context: ServerRequestContext) async throws -> Response {
        let response = try await switchboard.withLine { line, responder in
            var response = try await responder.respond(to: request, context: context)
            if response.body.contentLength == nil {
                response.body = Self.onWorkerThreads(response.body, of: line, isEndless: response.headers[.contentType] == Self.events)
            }
            return response
        }
        return response ?? Response(status: .serviceUnavailable, headers: [.connection: "close"])
    }

    // MARK: - Private

    private static let events = "text/event-stream"

    /// Bodies that are made while they are sent would hold up other connections where these are read. Events without an end of their own end
    /// with what tells them; browsers ask for them again.
    private static func onWorkerThreads(_ body: ResponseBody, of line: Switchboard.Line, isEndless: Bool) -> ResponseBody {
        ResponseBody { writer in
            let target: any ResponseBodyWriter = isEndless ? EventWriter(writer: writer, line: line) : writer
            try await withTaskExecutorPreference(globalConcurrentExecutor) { try await body.write(target) }
        }
    }

    /// Writes as long as the one that tells the events is in charge. Throws `CancellationError` then, which closes the connection.
    private struct EventWriter: ResponseBodyWriter {
        var writer: any ResponseBodyWriter
        let line: Switchboard.Line

        mutating func write(_ buffer: ByteBuffer) async throws {
            if line.isClosed { throw CancellationError() }
            try await writer.write(buffer)
        }

        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
            try await writer.finish(trailingHeaders)
        }
    }
}
