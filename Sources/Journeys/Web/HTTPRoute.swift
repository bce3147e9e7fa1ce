import MailClient
import MailWire

/// How web servers are spoken to, with everything prepared that does not change from run to run.
struct HTTPRoute: Sendable {
    let tls: TLSClient
    let limits: HTTPLimits
    /// Where connections to the server of this origin go instead.
    let detour: (origin: String, endpoint: Endpoint)?

    /// Throws `TLSClient.UnusableRoots`.
    init(
        to url: HTTPURL, by destination: WebDestination?, _ settings: TLSSettings, limits: HTTPLimits = HTTPLimits()
    ) throws(TLSClient.UnusableRoots) {
        detour = destination.map { (url.origin, $0.endpoint) }
        tls = try TLSClient(settings)
        self.limits = limits
    }
}
