import Foundation
import PostwatchModel
import PostwatchRuntime

/// One Cyrus IMAP from 3.2 on, by the page `/metrics` of its httpd:
///
/// ```yaml
/// cyrus:
///   - url: http://127.0.0.1/metrics
///     username: monitoring            # one of its admins; neither is needed with prometheus_need_auth: none
///     password_file: secrets/cyrus    # or password_env
/// ```
///
/// In `imapd.conf` `prometheus_enabled: yes` and `httpmodules: prometheus`; in `cyrus.conf` an httpd among the `SERVICES` and
/// `promstatsd cmd="promstatsd"` in the section `DAEMON`.
public struct CyrusSettings: ExpositionPageSettings {
    public static let kind = "cyrus"
    public static let serviceName = "Cyrus"
    public static let usualURL = "http://127.0.0.1/metrics"
    /// promstatsd writes the page every 10 s unless `prometheus_update_freq` says otherwise, and httpd gives the last one for ever.
    public static let maximalAge: Duration? = .seconds(300)
    public static let staleAdvice = "promstatsd does not renew them: it belongs into the section DAEMON of cyrus.conf"

    public var url: String
    /// Default: none.
    public var username: String?
    /// Default: none.
    public var password: SecretSource?
    public var labels: LabelSet

    public init(url: String = Self.usualURL, username: String? = nil, password: SecretSource? = nil, labels: LabelSet = [:]) {
        self.url = url
        self.username = username
        self.password = password
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        url = ServiceURL.read(section, usual: Self.usualURL, credentials: "username and password_file") ?? Self.usualURL
        username = section.text("username")
        password = SecretSource("password", of: section)
        labels = ServiceLabels.read(section, kind: Self.kind)
        if username != nil && password == nil {
            section.report("username", found: "a user without a password", write: "password_file or password_env too")
        } else if username == nil && password != nil {
            section.report("username", found: "a password without a user", write: "username too, one of Cyrus' admins")
        }
    }

    public var hints: [Int: String] {
        let refusal =
            username == nil
            ? "it wants a user; give username and password_file of one of its admins, or set prometheus_need_auth: none in imapd.conf"
            : "the user or the password is wrong, or the user is none of its admins (prometheus_need_auth in imapd.conf)"
        return [
            401: refusal, 403: refusal,
            404: "there is no such page; imapd.conf needs prometheus_enabled: yes, and prometheus among the httpmodules",
            500: "it has no figures; promstatsd, which writes them, belongs into the section DAEMON of cyrus.conf",
        ]
    }

    /// Source: RFC 7617.
    public func headers() throws(SecretSource.Unreadable) -> [(name: String, value: String)] {
        guard let username, let password else { return [] }
        let credentials = Data("\(username):\(try password.read().reveal())".utf8)
        return [("Authorization", "Basic \(credentials.base64EncodedString())")]
    }
}
