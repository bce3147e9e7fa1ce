import AsyncHTTPClient
import PostwatchModel

/// All receivers: hands each page to the address that it is written for.
public struct ReceiverBook: Notifying {
    private let notifiers: [String: any Notifying]

    /// - Parameter externalURL: where people reach this server's pages; no slash at the end.
    public init(_ receivers: [ReceiverConfiguration], externalURL: String, client: HTTPClient) {
        var notifiers: [String: any Notifying] = [:]
        for receiver in receivers {
            for (address, webhook) in zip(receiver.addresses, receiver.webhooks) {
                notifiers[address] = WebhookNotifier(
                    receiver: receiver.name, webhook: webhook, externalURL: externalURL, client: client)
            }
        }
        self.notifiers = notifiers
    }

    public func deliver(_ page: Page) async throws(DeliveryFailure) {
        guard let notifier = notifiers[page.receiver] else { throw .unknownReceiver(page.receiver) }
        try await notifier.deliver(page)
    }
}
