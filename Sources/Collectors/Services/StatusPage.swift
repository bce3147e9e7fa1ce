import AsyncHTTPClient
import Glibc
import MailWire
import NIOCore
import NIOPosix
import PostwatchModel

/// A page on which a service tells over HTTP how it is.
struct StatusPage: Sendable {
    /// What a service answered.
    struct Answer: Sendable {
        /// The header `Content-Type`; empty when there is none.
        let contentType: String
        let body: ByteBuffer
    }

    /// No service of a mail platform has as much to say; an agent must stay small whatever it is told.
    static let longest = 2 << 20

    /// `http`, `https`, or `http+unix` with the escaped path of a socket as host.
    let url: String
    /// Such as credentials.
    var headers: [(name: String, value: String)] = []
    /// What an HTTP status means with this service, and what to do: `[401: "it wants a password; …"]`.
    var hints: [Int: String] = [:]
    /// Whether the page may be elsewhere. Default: it may.
    var followsRedirects = true
    /// What the page must be, without parameters, such as `text/plain`. Default: anything.
    var mediaType: String?

    /// The text of the page. Throws as `answer(within:)` does.
    func text(within timeout: Duration) async throws(CollectionFailure) -> String {
        String(buffer: try await answer(within: timeout).body)
    }

    /// The text of the page; `nil` when it has more than `limit` bytes, of which no more is read.
    func text(within timeout: Duration, upTo limit: Int) async throws(CollectionFailure) -> String? {
        try await answer(within: timeout, upTo: limit).map { String(buffer: $0.body) }
    }

    /// The page as it came. Throws when it has another status than 200, is longer than `longest`, or is not there as a whole in time.
    func answer(within timeout: Duration) async throws(CollectionFailure) -> Answer {
        guard let answer = try await answer(within: timeout, upTo: Self.longest) else {
            throw .malformed(source: url, found: "a page of more than \(Self.longest >> 20) MiB")
        }
        return answer
    }

    // MARK: - Private

    /// One for all pages of a kind, on the threads that the process shares; it lives as long as the process. A service that refuses a connection is
    /// not running, which the next round will ask again: the usual client would try until its time is up, and then not say why.
    private static let client = client(HTTPClient.Configuration())
    private static let directClient = client(HTTPClient.Configuration(redirectConfiguration: .disallow))

    private static func client(_ configuration: HTTPClient.Configuration) -> HTTPClient {
        var configuration = configuration
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    /// `nil` when it is longer than `limit` bytes.
    private func answer(within timeout: Duration, upTo limit: Int) async throws(CollectionFailure) -> Answer? {
        let client = followsRedirects ? Self.client : Self.directClient
        // The client's own deadline ends with the head of the answer: a body may come drop by drop for ever.
        let alarm = client.eventLoopGroup.any().scheduleTask(in: .milliseconds(max(1, timeout.wholeMilliseconds))) {}
        let first = await withTaskGroup(of: Result<Answer?, CollectionFailure>?.self) { group in
            group.addTask { await fetch(client, within: timeout, upTo: limit) }
            group.addTask {
                try? await alarm.futureResult.get()
                return nil
            }
            defer {
                alarm.cancel()
                group.cancelAll()
            }
            return await group.next() ?? nil
        }
        guard let first else { throw .timedOut(after: timeout, while: "\(url) was asked for") }
        return try first.get()
    }

    private func fetch(_ client: HTTPClient, within timeout: Duration, upTo limit: Int) async -> Result<Answer?, CollectionFailure> {
        do {
            let response = try await client.execute(request, timeout: .milliseconds(max(1, timeout.wholeMilliseconds)))
            let contentType = response.headers.first(name: "Content-Type") ?? ""
            if let fault = fault(of: response, contentType) { return .failure(fault) }
            return .success(Answer(contentType: contentType, body: try await response.body.collect(upTo: limit)))
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout || error == .readTimeout {
            return .failure(.timedOut(after: timeout, while: "\(url) was asked for"))
        } catch is NIOTooManyBytesError {
            return .success(nil)
        } catch {
            return .failure(.unreachable(socket: url, reason: Self.reason(error)))
        }
    }

    /// What the head of an answer shows already.
    private func fault(of response: HTTPClientResponse, _ contentType: String) -> CollectionFailure? {
        guard response.status == .ok else {
            let phrase = WireText.printable(response.status.reasonPhrase.utf8, limit: 60)
            let status = "HTTP status \(response.status.code) \(phrase)"
            return .refused(service: url, reason: hints[Int(response.status.code)].map { "\(status): \($0)" } ?? status)
        }
        guard let mediaType else { return nil }
        return contentType.prefix { $0 != ";" && $0 != " " }.lowercased() == mediaType
            ? nil
            : .malformed(source: url, found: "the type \"\(WireText.printable(contentType.utf8, limit: 60))\" instead of \(mediaType)")
    }

    private var request: HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        for header in headers { request.headers.add(name: header.name, value: header.value) }
        // The host of a socket is its path, which no server takes for a name.
        if url.hasPrefix("http+unix:") { request.headers.add(name: "Host", value: "localhost") }
        // A connection that was kept may be gone by the next round.
        request.headers.add(name: "Connection", value: "close")
        request.headers.add(name: "User-Agent", value: "postwatch")
        // Packing costs both sides more than the way between them.
        request.headers.add(name: "Accept-Encoding", value: "identity")
        return request
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? NIOConnectionError {
            return error.connectionErrors.first.map { reason($0.error) } ?? "the name \(error.host) has no address"
        }
        if isClosed(error) { return "it closed the connection without an answer; let it allow the address of the agent" }
        guard let error = error as? IOError else { return "\(error)" }
        return switch error.errnoCode {
        case ECONNREFUSED: "nobody listens; the service is not running, or its address is another"
        case ENOENT: "there is no such socket; the service is not running, or its path is another"
        case EACCES: "permission denied; let the agent's user be a member of the group that owns the socket"
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
