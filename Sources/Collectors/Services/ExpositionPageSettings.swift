import PostwatchModel
import PostwatchRuntime

/// Settings of a service that shows its figures on a page in Prometheus' format: `url`, `labels`, and credentials where it wants some.
///
/// The agent reads the page as it reads every other service: with the node's labels, and with a `<kind>_up` of its own. Metrics keep the
/// names, types and texts that the service gives them.
public protocol ExpositionPageSettings: ServiceSettings {
    /// Where the page is when nothing is said.
    static var usualURL: String { get }
    /// The service as people call it: `Rspamd`.
    static var serviceName: String { get }
    /// The age of the youngest time on the page from which nothing writes the page any more. Default: `nil`, the service makes the page
    /// when it is asked.
    static var maximalAge: Duration? { get }
    /// What to do when the page is older than that. Default: a general sentence.
    static var staleAdvice: String { get }

    /// `http`, `https`, or `http+unix` with the escaped path of a socket as host.
    var url: String { get }
    /// What an HTTP status means with this service, and what to do. Default: nothing is known.
    var hints: [Int: String] { get }

    /// What makes the service answer: credentials. Default: none.
    func headers() throws(SecretSource.Unreadable) -> [(name: String, value: String)]
}

extension ExpositionPageSettings {
    public static var maximalAge: Duration? { nil }
    public static var staleAdvice: String { "the service does not renew them" }
    public var place: String { url }
    public var hints: [Int: String] { [:] }

    public func headers() throws(SecretSource.Unreadable) -> [(name: String, value: String)] { [] }

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        ExpositionPageCollector(name: name, settings: self, timeout: surroundings.timeout)
    }
}
