import HTTPTypes
import Hummingbird

/// Sends answers as gzip to clients that take it.
/// Source: RFC 9110, section 12.5.3; RFC 1952.
public struct Compression<Context: RequestContext>: RouterMiddleware {
    /// What fits into one packet anyway is sent as it is, in bytes.
    private let smallestLength: Int

    public init(smallestLength: Int = 1400) {
        self.smallestLength = smallestLength
    }

    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard response.headers[.contentEncoding] == nil, response.body.contentLength.map({ $0 >= smallestLength }) ?? true else {
            return response
        }
        response.headers[values: .vary].append("Accept-Encoding")
        guard request.method != .head, AcceptedEncodings(request.headers[.acceptEncoding] ?? "").gzip else { return response }
        let body = response.body
        response.headers[.contentEncoding] = "gzip"
        response.headers[.contentLength] = nil
        response.body = ResponseBody { writer in try await body.write(GzipBodyWriter(writer)) }
        return response
    }
}

/// Compresses what passes through.
private struct GzipBodyWriter: ResponseBodyWriter {
    private var writer: any ResponseBodyWriter
    private let stream = GzipStream()

    init(_ writer: any ResponseBodyWriter) {
        self.writer = writer
    }

    mutating func write(_ buffer: ByteBuffer) async throws {
        let compressed = stream.compress(buffer.readableBytesView)
        if !compressed.isEmpty { try await writer.write(ByteBuffer(bytes: compressed)) }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        try await writer.write(ByteBuffer(bytes: stream.finish()))
        try await writer.finish(trailingHeaders)
    }
}
