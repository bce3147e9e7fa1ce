import AsyncHTTPClient
import Foundation
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// Posts pages to one webhook.
///
/// Every request carries the page's identifier as `Idempotency-Key`: a server that dies between the receiver's answer and its own
/// record of it sends the page again, and the receiver can tell.
public struct WebhookNotifier: Notifying {
    private let receiver: String
    private let webhook: WebhookConfiguration
    private let externalURL: String
    private let client: HTTPClient

    /// - Parameters:
    ///   - receiver: the receiver's name, as the payload states it.
    ///   - externalURL: where people reach this server's pages; no slash at the end.
    public init(receiver: String, webhook: WebhookConfiguration, externalURL: String, client: HTTPClient) {
        self.receiver = receiver
        self.webhook = webhook
        self.externalURL = externalURL
        self.client = client
    }

    public func deliver(_ page: Page) async throws(DeliveryFailure) {
        guard page.reason != .resolved || webhook.sendResolved else { return }
        let status: Int
        do {
            status = Int(
                try await client.execute(try request(for: page), timeout: .milliseconds(webhook.timeout.wholeMilliseconds)).status.code)
        } catch {
            throw .unreachable(receiver: receiver, reason: "\(error)")
        }
        switch status {
        case 200..<300: return
        case 408, 429, 500...: throw .busy(receiver: receiver, status: status)
        default: throw .refused(receiver: receiver, status: status)
        }
    }

    // MARK: - Private

    private func request(for page: Page) throws -> HTTPClientRequest {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = try encoder.encode(WebhookPayload(page, receiver: receiver, externalURL: externalURL))
        var request = HTTPClientRequest(url: webhook.url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "postwatch")
        request.headers.add(name: "Idempotency-Key", value: page.id)
        if let token = try webhook.bearerToken?.read() {
            request.headers.add(name: "Authorization", value: "Bearer \(token.reveal())")
        }
        request.body = .bytes(ByteBuffer(bytes: body))
        return request
    }
}
