import PostwatchModel
import PostwatchRuntime

/// One entry of `receivers`, in Alertmanager's shape: a name, and the ways by which it is told.
public struct ReceiverConfiguration: Hashable, Sendable {
    public let name: String
    public let webhooks: [WebhookConfiguration]

    /// `nil` when the entry has no name.
    public init?(_ section: ConfigurationSection) {
        name = section.requiredText("name", like: "engineering")
        webhooks = section.sections("webhook_configs") { WebhookConfiguration($0) }
        if webhooks.isEmpty {
            section.report("webhook_configs", found: "no way to tell this receiver", write: "at least one webhook with its url")
        }
        guard !name.isEmpty else { return nil }
    }

    /// One address for each way in which this receiver is told, so that each is tried and recorded by itself:
    /// `engineering/webhook-1`.
    public var addresses: [String] { webhooks.indices.map { "\(name)/webhook-\($0 + 1)" } }
}
