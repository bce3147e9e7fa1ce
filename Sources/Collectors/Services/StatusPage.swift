import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import PostwatchModel

/// A page on which a service tells over HTTP how it is.
struct StatusPage: Sendable {
    /// `http`, `https`, or `http+unix` with the escaped path of a socket as host.
    let url: String
    /// Such as credentials.
    var headers: [(name: String, value: String)] = []

    /// The text of the page. Throws when it has another status than 200, or more than 16 MiB.
    func text(within timeout: Duration) async throws(CollectionFailure) -> String {
        guard let text = try await text(within: timeout, upTo: 16 << 20) else {
            throw .malformed(source: url, found: "a page of more than 16 MiB")
        }
        return text
    }

    /// The text of the page; `nil` when it has more than `limit` bytes, of which no more is read. Throws when it has another status than
    /// 200.
    func text(within timeout: Duration, upTo limit: Int) async throws(CollectionFailure) -> String? {
        let response: HTTPClientResponse
        let body: ByteBuffer
        do {
            var request = HTTPClientRequest(url: url)
            for header in headers { request.headers.add(name: header.name, value: header.value) }
            // The host of a socket is its path, which no server takes for a name.
            if url.hasPrefix("http+unix:") { request.headers.add(name: "Host", value: "localhost") }
            // A connection that was kept may be gone by the next round.
            request.headers.add(name: "Connection", value: "close")
            request.headers.add(name: "User-Agent", value: "postwatch")
            // Packing costs both sides more than the way between them.
            request.headers.add(name: "Accept-Encoding", value: "identity")
            response = try await Self.client.execute(request, timeout: .milliseconds(max(1, timeout.wholeMilliseconds)))
            body = try await response.body.collect(upTo: limit)
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout || error == .readTimeout {
            throw .timedOut(after: timeout, while: "\(url) was asked for")
        } catch is NIOTooManyBytesError {
            return nil
        } catch {
            throw .unreachable(socket: url, reason: Self.reason(error))
        }
        guard response.status == .ok else {
            throw .refused(service: url, reason: "HTTP status \(response.status.code) \(response.status.reasonPhrase)")
        }
        return String(buffer: body)
    }

    // MARK: - Private

    /// One for all pages, on the threads that the process shares; it ends with the process. A connection that is refused is not tried
    /// again: the next round is soon enough, and the client would do so until the time is over.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()

    private static func reason(_ error: any Error) -> String {
        if let error = error as? NIOConnectionError, let first = error.connectionErrors.first { return reason(first.error) }
        if isClosed(error) { return "it closed the connection without an answer; let it allow the address of the agent" }
        guard let error = error as? IOError else { return "\(error)" }
        return switch error.errnoCode {
        case 111: "nobody listens; the service is not running, or its address is another"
        case 2: "there is no such socket; the service is not running, or its path is another"
        case 13: "permission denied; let the agent's user be a member of the group that owns the socket"
        default: "\(error)"
        }
    }

    /// Whether the service took the connection and let it go at once.
    private static func isClosed(_ error: any Error) -> Bool {
        if let error = error as? HTTPClientError { return error == .remoteConnectionClosed }
        if let error = error as? ChannelError { return error == .ioOnClosedChannel }
        return (error as? IOError)?.errnoCode == ECONNRESET
    }
}
