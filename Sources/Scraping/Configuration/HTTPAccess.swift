import PostwatchModel
import PostwatchRuntime

/// How something is asked over HTTP: who asks, and whom is trusted. Used for targets and for the discovery of targets.
/// Source: Prometheus documentation, "Configuration", `<http_config>` and `<tls_config>`.
public struct HTTPAccess: Hashable, Sendable {
    /// Secrets are read anew for every request, so that they may be changed in place.
    public enum Credentials: Hashable, Sendable {
        case none
        case basic(username: String, password: SecretSource?)
        /// `Authorization: <type> <secret>`
        case authorization(type: String, secret: SecretSource)
    }

    /// All of them paths of PEM files, read when scraping begins.
    public struct TLS: Hashable, Sendable {
        public enum Version: String, Hashable, Sendable, CaseIterable {
            case tls10 = "TLS10"
            case tls11 = "TLS11"
            case tls12 = "TLS12"
            case tls13 = "TLS13"
        }

        /// `nil`: the authorities that the system trusts.
        public var authorityFile: String?
        public var certificateFile: String?
        public var keyFile: String?
        /// The name in the server's certificate, where the address is another one.
        public var serverName: String?
        public var skipsVerification = false
        public var minimumVersion: Version?
        public var maximumVersion: Version?

        public init() {}
    }

    public var credentials = Credentials.none
    public var tls = TLS()
    public var headers: [String: String] = [:]
    public var followsRedirects = true
    public var allowsHTTP2 = true

    public init() {}
}
