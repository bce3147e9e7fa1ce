import PostwatchModel

/// One Dovecot from 2.3.11 on, by the page `/metrics` of its process `stats`:
///
/// ```yaml
/// dovecot:
///   - url: http://127.0.0.1:9900/metrics
/// ```
///
/// ```
/// service stats {
///   inet_listener http {
///     address = 127.0.0.1
///     port = 9900
///   }
/// }
/// ```
///
/// The page tells what blocks `metric` of Dovecot's configuration define: `docs/dovecot.md` has a set of them.
public struct DovecotSettings: ExpositionPageSettings {
    public static let kind = "dovecot"
    public static let serviceName = "Dovecot"
    public static let usualURL = "http://127.0.0.1:9900/metrics"

    public var url: String
    public var labels: LabelSet

    public init(url: String = Self.usualURL, labels: LabelSet = [:]) {
        self.url = url
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        url = ServiceURL.read(section, usual: Self.usualURL) ?? Self.usualURL
        labels = ServiceLabels.read(section, kind: Self.kind)
    }

    public var hints: [Int: String] {
        [404: "there is no such page; it is /metrics on the port of the listener http of service stats"]
    }
}
