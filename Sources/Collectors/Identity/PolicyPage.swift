import AsyncHTTPClient
import NIOCore
import NIOPosix

/// Fetches MTA-STS policies as senders do. Source: RFC 8461, section 3.3.
enum PolicyPage {
    /// Why a policy cannot be had, as a clause.
    struct Unavailable: Error {
        let reason: String
    }

    private static let sizeLimit = 65_536

    /// Redirections are not followed, and nothing but text is taken.
    static func text(at url: String, within timeout: Duration) async throws(Unavailable) -> String {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .milliseconds(max(1, timeout.wholeMilliseconds))
        let client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
        let result = await fetch(url, timeout, client)
        try? await client.shutdown()
        return try result.get()
    }

    // MARK: - Private

    private static func fetch(_ url: String, _ timeout: Duration, _ client: HTTPClient) async -> Result<String, Unavailable> {
        do {
            var request = HTTPClientRequest(url: url)
            request.headers.add(name: "User-Agent", value: "postwatch")
            let response = try await client.execute(request, timeout: .milliseconds(max(1, timeout.wholeMilliseconds)))
            guard response.status == .ok else {
                return .failure(Unavailable(reason: "\(url) is answered with HTTP status \(response.status.code)"))
            }
            guard response.headers.first(name: "Content-Type")?.lowercased().hasPrefix("text/plain") ?? false else {
                return .failure(Unavailable(reason: "\(url) is not served as text/plain"))
            }
            return .success(String(buffer: try await response.body.collect(upTo: sizeLimit)))
        } catch is NIOTooManyBytesError {
            return .failure(Unavailable(reason: "\(url) has more than \(sizeLimit) bytes"))
        } catch {
            return .failure(Unavailable(reason: "\(url) cannot be fetched: \(reason(error))"))
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { reason($0.error) } ?? "the name \(error.host) has no address"
        case let error as IOError where error.errnoCode == 111: "nobody listens"
        case let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout: "no answer in time"
        default: "\(error)"
        }
    }
}
