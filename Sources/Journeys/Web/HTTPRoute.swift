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

    /// What is asked for, as sentences name it: `https://web.example.test/mail [192.0.2.81:443]` where connections go to another server
    /// than its name leads to.
    func place(_ url: String) -> String {
        guard let detour, url.hasPrefix(detour.origin), !url.hasSuffix("]") else { return url }
        let rest = url.dropFirst(detour.origin.count)
        guard rest.isEmpty || "/?".contains(rest.prefix(1)) else { return url }
        return "\(url) [\(detour.endpoint)]"
    }

    /// Where connections for this address go instead; `nil` when they go where its name leads.
    func detour(of url: HTTPURL) -> Endpoint? {
        detour.flatMap { $0.origin == url.origin ? $0.endpoint : nil }
    }
}
