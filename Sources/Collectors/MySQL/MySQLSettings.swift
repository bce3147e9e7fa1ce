import PostwatchModel
import PostwatchRuntime

/// One MySQL or MariaDB server:
///
/// ```yaml
/// mysql:
///   - address: 127.0.0.1:3306          # or the path of its unix socket
///     username: monitoring             # default: the agent's own user, for unix_socket authentication
///     password_file: secrets/mysql     # or password_env
///     tls_config: {ca_file: ca.pem}    # nothing unencrypted, and only with this certificate
/// ```
public struct MySQLSettings: ServiceSettings {
    public static let kind = "mysql"
    /// Where Debian's packages put the socket.
    public static let usualAddress = ServiceAddress.local(path: "/run/mysqld/mysqld.sock")

    /// How the connection is encrypted.
    public struct TLS: Hashable, Sendable {
        /// A file with the authorities that may sign the server's certificate; `nil`: those of the machine.
        public var authorityFile: String?
        /// Any certificate will do. Default: no.
        public var skipsVerification: Bool

        public init(authorityFile: String? = nil, skipsVerification: Bool = false) {
            self.authorityFile = authorityFile
            self.skipsVerification = skipsVerification
        }
    }

    public var address: ServiceAddress
    /// `nil`: the user that the agent runs as.
    public var username: String?
    public var password: SecretSource?
    /// `nil`: not encrypted.
    public var tls: TLS?
    public var labels: LabelSet

    public var place: String { "\(address)" }

    public init(
        address: ServiceAddress = Self.usualAddress, username: String? = nil, password: SecretSource? = nil, tls: TLS? = nil,
        labels: LabelSet = [:]
    ) {
        self.address = address
        self.username = username
        self.password = password
        self.tls = tls
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        self.init(
            address: ServiceAddress(section, usual: Self.usualAddress, port: 3306), username: section.text("username"),
            password: SecretSource("password", of: section),
            tls: section.section("tls_config") { tls in
                TLS(authorityFile: tls.filePath("ca_file"), skipsVerification: tls.flag("insecure_skip_verify", default: false))
            },
            labels: ServiceLabels.read(section, kind: Self.kind, taken: Self.ownLabels))
    }

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        surroundings.offloaded(
            MySQLCollector(name: name, settings: self, timeout: surroundings.timeout, clock: surroundings.world.clock))
    }

    // MARK: - Private

    private static let ownLabels: Set<String> = [
        "channel_name", "collector", "command", "connection_name", "error", "innodb_version", "operation", "state", "version",
        "version_comment",
    ]
}
