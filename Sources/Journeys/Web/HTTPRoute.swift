import MailClient

/// How web servers are spoken to, with everything prepared that does not change from run to run.
struct HTTPRoute: Sendable {
    let tls: TLSClient
    let limits: HTTPLimits

    /// Throws `TLSClient.UnusableRoots`.
    init(_ settings: TLSSettings, limits: HTTPLimits = HTTPLimits()) throws(TLSClient.UnusableRoots) {
        tls = try TLSClient(settings)
        self.limits = limits
    }
}
