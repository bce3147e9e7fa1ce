import PostwatchModel
import PostwatchRuntime

/// One Rspamd, by the page `/metrics` of its controller:
///
/// ```yaml
/// rspamd:
///   - url: http://127.0.0.1:11334/metrics
///     password_file: secrets/rspamd   # the controller's, or password_env; not needed from an address of its secure_ip
/// ```
public struct RspamdSettings: ExpositionPageSettings {
    public static let kind = "rspamd"
    public static let serviceName = "Rspamd"
    public static let usualURL = "http://127.0.0.1:11334/metrics"

    public var url: String
    /// The controller's `password`, in clear. Default: none.
    public var password: SecretSource?
    public var labels: LabelSet

    public init(url: String = Self.usualURL, password: SecretSource? = nil, labels: LabelSet = [:]) {
        self.url = url
        self.password = password
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        url = ServiceURL.read(section, usual: Self.usualURL, credentials: "password_file or password_env") ?? Self.usualURL
        password = SecretSource("password", of: section)
        labels = ServiceLabels.read(section, kind: Self.kind)
    }

    public var hints: [Int: String] {
        let advice =
            password == nil
            ? "it wants a password; give password_file with the controller's, or name the agent's address in its secure_ip"
            : "the password is wrong; password_file or password_env must hold what the controller's password was made from"
        return [401: advice, 403: advice, 404: "there is no such page; it is /metrics on the port of the controller"]
    }

    /// Source: Rspamd's documentation, "Controller worker", header `Password`.
    public func headers() throws(SecretSource.Unreadable) -> [(name: String, value: String)] {
        guard let password else { return [] }
        return [("Password", try password.read().reveal())]
    }
}
