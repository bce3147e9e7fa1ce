import PostwatchModel

/// One nginx, with the page of its module `stub_status`:
///
/// ```yaml
/// nginx:
///   - url: http://127.0.0.1/nginx_status
/// ```
///
/// ```nginx
/// location = /nginx_status { stub_status; allow 127.0.0.1; deny all; }
/// ```
public struct NginxSettings: ServiceSettings {
    public static let kind = "nginx"

    public var url: String
    public var labels: LabelSet

    public var place: String { url }

    public init(url: String, labels: LabelSet = [:]) {
        self.url = url
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        url = ServiceURL.required(section, usual: "http://127.0.0.1/nginx_status")
        labels = ServiceLabels.read(section, kind: Self.kind)
    }

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        NginxCollector(name: name, settings: self, timeout: surroundings.timeout)
    }
}
