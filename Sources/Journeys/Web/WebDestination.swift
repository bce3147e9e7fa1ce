import MailClient
import MailWire
import PostwatchModel

/// Where connections to a web server go instead of where its name leads: to one proxy or web server of several. What is asked for, and
/// what the certificate must be for, stays the name in its address.
public struct WebDestination: Hashable, Sendable {
    public var endpoint: Endpoint

    public init(_ endpoint: Endpoint) {
        self.endpoint = endpoint
    }

    /// Reads `server` and `address` of a section with `url`; `nil` when it has neither.
    init?(_ section: ConfigurationSection, instead url: HTTPURL?) {
        let port = url?.port ?? 443
        let server = Endpoint("server", of: section, defaultPort: port, like: "web-1.example.test:443")
        let address = section.serverAddress()
        guard let host = address ?? server?.host else { return nil }
        endpoint = Endpoint(host: host, port: server?.port ?? port)
    }
}
