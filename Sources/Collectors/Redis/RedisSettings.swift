import PostwatchModel
import PostwatchRuntime

/// One Redis or Valkey server:
///
/// ```yaml
/// redis:
///   - address: 127.0.0.1:6379         # or the path of its unix socket
///     username: monitoring            # of an ACL; default: the default user
///     password_file: secrets/redis    # or password_env
/// ```
public struct RedisSettings: ServiceSettings {
    public static let kind = "redis"

    public var address: ServiceAddress
    public var username: String?
    public var password: SecretSource?
    public var labels: LabelSet

    public var place: String { "\(address)" }

    public init(address: ServiceAddress = Self.usualAddress, username: String? = nil, password: SecretSource? = nil, labels: LabelSet = [:])
    {
        self.address = address
        self.username = username
        self.password = password
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        address = ServiceAddress(section, usual: Self.usualAddress, port: 6379)
        username = section.text("username")
        password = SecretSource("password", of: section)
        labels = ServiceLabels.read(
            section, kind: Self.kind, taken: ["db", "role", "redis_version", "redis_mode", "os", "maxmemory_policy"])
        if username != nil && password == nil {
            section.report("username", found: "a user without a password", write: "password_file or password_env too")
        }
    }

    /// Where Redis listens when nothing is said.
    public static let usualAddress = ServiceAddress.internet(host: "127.0.0.1", port: 6379)

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        surroundings.offloaded(
            RedisCollector(name: name, settings: self, timeout: surroundings.timeout, clock: surroundings.world.clock))
    }
}
