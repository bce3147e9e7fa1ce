import Foundation
import PostwatchModel
import PostwatchRuntime

/// One entry of `webhook_configs`, in Alertmanager's shape.
public struct WebhookConfiguration: Hashable, Sendable {
    /// Absolute, http or https.
    public let url: String
    /// Whether the receiver also hears that an incident is over. Default: true.
    public let sendResolved: Bool
    /// How long one delivery may take. Default: 10 s.
    public let timeout: Duration
    /// Sent as `Authorization: Bearer …`.
    public let bearerToken: SecretSource?

    public init(url: String, sendResolved: Bool = true, timeout: Duration = .seconds(10), bearerToken: SecretSource? = nil) {
        self.url = url
        self.sendResolved = sendResolved
        self.timeout = timeout
        self.bearerToken = bearerToken
    }

    init?(_ section: ConfigurationSection) {
        url = section.requiredText("url", like: "http://127.0.0.1:8080/alerts")
        sendResolved = section.flag("send_resolved", default: true)
        timeout = section.duration("timeout", default: .seconds(10), atLeast: .milliseconds(100))
        bearerToken = section.section("authorization") { SecretSource("credentials", of: $0) } ?? nil
        guard !url.isEmpty else { return nil }
        let parsed = URL(string: url)
        guard ["http", "https"].contains(parsed?.scheme ?? ""), parsed?.host != nil else {
            section.report("url", found: "\"\(url)\"", write: "an absolute address such as http://127.0.0.1:8080/alerts")
            return nil
        }
    }
}
