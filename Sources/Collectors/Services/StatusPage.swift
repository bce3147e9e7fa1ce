import AsyncHTTPClient
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

    /// `http`, `https`, or `http+unix` with the escaped path of a socket as host.
    let url: String
    /// Such as credentials.
    var headers: [(name: String, value: String)] = []
    /// What an HTTP status means with this service, and what to do: `[401: "it wants a password; …"]`.
    var hints: [Int: String] = [:]

    /// The text of the page. Throws when it has another status than 200, or more than 16 MiB.
    func text(within timeout: Duration) async throws(CollectionFailure) -> String {
        String(buffer: try await answer(within: timeout).body)
    }

    /// The page as it came. Throws when it has another status than 200, more than 16 MiB, or is not there as a whole in time.
    func answer(within timeout: Duration) async throws(CollectionFailure) -> Answer {
        let client = Self.client
        // The client's own deadline ends with the head of the answer: a body may come drop by drop for ever.
        let alarm = client.eventLoopGroup.any().scheduleTask(in: .milliseconds(max(1, timeout.wholeMilliseconds))) {}
        let answer = await withTaskGroup(of: Result<Answer, CollectionFailure>?.self) { group in
            group.addTask { await fetch(client, within: timeout) }
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
        guard let answer else { throw .timedOut(after: timeout, while: "\(url) was asked for") }
        return try answer.get()
    }

    // MARK: - Private

    /// Lives as long as the process. A service that refuses a connection is not running, which the next round will ask again: the usual
    /// client would try until its time is up, and then not say why.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()

    private func fetch(_ client: HTTPClient, within timeout: Duration) async -> Result<Answer, CollectionFailure> {
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
            response = try await client.execute(request, timeout: .milliseconds(max(1, timeout.wholeMilliseconds)))
            body = try await response.body.collect(upTo: 16 << 20)
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout || error == .readTimeout {
            return .failure(.timedOut(after: timeout, while: "\(url) was asked for"))
        } catch is NIOTooManyBytesError {
            return .failure(.malformed(source: url, found: "a page of more than 16 MiB"))
        } catch {
            return .failure(.unreachable(socket: url, reason: Self.reason(error)))
        }
        guard response.status == .ok else {
            let status = "HTTP status \(response.status.code) \(response.status.reasonPhrase)"
            return .failure(.refused(service: url, reason: hints[Int(response.status.code)].map { "\(status): \($0)" } ?? status))
        }
        return .success(Answer(contentType: response.headers.first(name: "Content-Type") ?? "", body: body))
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? NIOConnectionError, let first = error.connectionErrors.first { return reason(first.error) }
        guard let error = error as? IOError else { return "\(error)" }
        return switch error.errnoCode {
        case 111: "nobody listens; the service is not running, or its address is another"
        case 2: "there is no such socket; the service is not running, or its path is another"
        case 13: "permission denied; let the agent's user be a member of the group that owns the socket"
        default: "\(error)"
        }
    }
}
