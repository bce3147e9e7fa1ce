import AsyncHTTPClient
import Foundation
import PostwatchModel
import PostwatchRuntime

/// Sends one request and reads the answer.
struct RemoteWriteClient: Sendable {
    let configuration: RemoteWriteConfiguration
    let cargo: Cargo
    let client: HTTPClient

    /// Ends by the answer, or when the receiver was silent for the configured timeout.
    /// - Parameter body: as the cargo has it.
    func send(_ body: [UInt8]) async -> DeliveryOutcome {
        do {
            var request = HTTPClientRequest(url: configuration.url)
            request.method = .POST
            for (name, value) in configuration.headers { request.headers.replaceOrAdd(name: name, value: value) }
            for (name, value) in cargo.headers { request.headers.replaceOrAdd(name: name, value: value) }
            request.headers.replaceOrAdd(name: "User-Agent", value: "postwatch")
            if let authorization = try authorization() { request.headers.replaceOrAdd(name: "Authorization", value: authorization) }
            request.body = .bytes(body)
            let response = try await client.execute(
                request, timeout: .milliseconds(configuration.timeoutMilliseconds))
            let message = await message(of: response)
            return DeliveryOutcome(
                status: Int(response.status.code), retryAfter: response.headers.first(name: "Retry-After"), message: message,
                strangeness: cargo.strangeness(of: configuration.url))
        } catch let error as SecretSource.Unreadable {
            return .retry(reason: error.description, after: nil)
        } catch {
            return .retry(reason: "\(configuration.url) was not reached: \(error)", after: nil)
        }
    }

    // MARK: - Private

    /// The first line of an answer, at most 200 characters. Reading to the end lets the connection be used again.
    private func message(of response: HTTPClientResponse) async -> String {
        guard let body = try? await response.body.collect(upTo: 64 << 10) else { return "" }
        return String(String(decoding: body.readableBytesView, as: UTF8.self).prefix { $0 != "\n" && $0 != "\r\n" }.prefix(200))
    }

    private func authorization() throws(SecretSource.Unreadable) -> String? {
        switch configuration.credentials {
        case .none: return nil
        case .authorization(let type, let secret): return "\(type) \(try secret.read().reveal())"
        case .basic(let username, let password):
            return "Basic " + Data("\(username):\(try password.read().reveal())".utf8).base64EncodedString()
        }
    }
}
