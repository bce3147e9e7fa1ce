import PostwatchModel
import PostwatchRuntime

/// One PostgreSQL server, 12 or later:
///
/// ```yaml
/// postgresql:
///   - address: 127.0.0.1:5432          # or the directory of its unix socket, or that socket
///     username: monitoring             # a member of pg_monitor; default: the agent's own user, for peer authentication
///     password_file: secrets/postgres  # or password_env
///     database: postgres               # where to connect; all are measured
///     sslmode: verify-full             # as libpq has it; default: prefer
///     sslrootcert: ca.pem
/// ```
public struct PostgreSQLSettings: ServiceSettings {
    public static let kind = "postgresql"
    /// Where Debian's package puts the socket.
    public static let usualAddress = socket("/var/run/postgresql")

    /// How much the server must prove. Source: PostgreSQL documentation, "SSL Mode Descriptions".
    public enum SSLMode: String, CaseIterable, Hashable, Sendable {
        case disable, allow, prefer, require
        case verifyAuthority = "verify-ca"
        case verifyFull = "verify-full"
    }

    /// Of a unix socket the socket itself, not its directory.
    public var address: ServiceAddress
    /// `nil`: the user that the agent runs as.
    public var username: String?
    public var password: SecretSource?
    /// Where to connect. Default: `postgres`.
    public var database: String
    /// Default: `prefer`, which is libpq's.
    public var sslMode: SSLMode
    /// A file with the authorities that may sign the server's certificate; `nil`: libpq's own.
    public var authorityFile: String?
    public var labels: LabelSet

    public var place: String { "\(address)" }

    public init(
        address: ServiceAddress = Self.usualAddress, username: String? = nil, password: SecretSource? = nil, database: String = "postgres",
        sslMode: SSLMode = .prefer, authorityFile: String? = nil, labels: LabelSet = [:]
    ) {
        if case .local(let path) = address { self.address = Self.socket(path) } else { self.address = address }
        self.username = username
        self.password = password
        self.database = database
        self.sslMode = sslMode
        self.authorityFile = authorityFile
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        self.init(
            address: ServiceAddress(section, usual: Self.usualAddress, port: 5432), username: section.text("username"),
            password: SecretSource("password", of: section), database: section.text("database") ?? "postgres",
            sslMode: section.choice("sslmode", of: SSLMode.self) ?? .prefer, authorityFile: section.filePath("sslrootcert"),
            labels: ServiceLabels.read(section, kind: Self.kind, taken: Self.ownLabels))
    }

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        surroundings.offloaded(
            PostgreSQLCollector(name: name, settings: self, timeout: surroundings.timeout, clock: surroundings.world.clock))
    }

    // MARK: - Private

    private static let ownLabels: Set<String> = [
        "application_name", "collector", "datname", "mode", "short_version", "slot_name", "slot_type", "state", "version",
    ]

    /// A server makes its socket by the number of its port, in a directory that is all that people usually name.
    private static func socket(_ path: String) -> ServiceAddress {
        if path.split(separator: "/").last?.hasPrefix(".s.PGSQL.") == true { return .local(path: path) }
        return .local(path: path + (path.hasSuffix("/") ? "" : "/") + ".s.PGSQL.5432")
    }
}
