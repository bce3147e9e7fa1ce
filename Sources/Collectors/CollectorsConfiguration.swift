import Glibc
import PostwatchModel

/// What an agent measures on its node, the section `collectors`:
///
/// ```yaml
/// collectors:
///   timeout: 5s
///   host:
///     mount_points: [/, /var/mail]
///   postfix:
///     - queue_directory: /var/spool/postfix
///   mail_logs:
///     - path: /var/log/mail.log
///   processes:
///     - name: postfix
///       match: {pid_file: /var/spool/postfix/pid/master.pid}
///   redis:
///     - address: 127.0.0.1:6379
/// ```
///
/// What an entry of a service may say stands with its settings, such as `RedisSettings`.
public struct CollectorsConfiguration: Sendable {
    /// What is measured of the machine itself.
    public struct Host: Hashable, Sendable {
        /// Only these file systems, whatever their type; empty: all but pseudo file systems. Default: empty.
        public var mountPoints: [String]

        public init(mountPoints: [String] = []) {
            self.mountPoints = mountPoints
        }
    }

    /// The longest that a round waits for one collector. Default: 5 s, at least 100 ms.
    public var timeout: Duration
    /// `nil`: the machine is not measured (`enabled: false`). Default: it is.
    public var host: Host?
    /// Default: the usual instance, if there is one on this machine. An empty list measures none.
    public var postfix: [PostfixSettings]
    /// Logs of mail servers. Default: none.
    public var mailLogs: [MailLogSettings]
    /// Services whose processes are measured. Default: none.
    public var processes: [ProcessGroupSettings]
    /// Services beside the mail servers, in the order of `serviceKinds`. Default: none.
    public var services: [any ServiceSettings]

    /// Every kind of service that has a list of its own in the section.
    public static let serviceKinds: [any ServiceSettings.Type] = [
        RedisSettings.self,
        MemcachedSettings.self,
        NginxSettings.self,
        EximSettings.self,
        HAProxySettings.self,
        UnboundSettings.self,
        BINDSettings.self,
        KnotSettings.self,
        ClamAVSettings.self,
        RspamdSettings.self,
        DovecotSettings.self,
        CyrusSettings.self,
        PostgreSQLSettings.self,
        MySQLSettings.self,
        DovecotProcessesSettings.self,
        CertificateSettings.self,
        ResolverSettings.self,
        MailIdentitySettings.self,
        BlocklistSettings.self,
    ]

    public init(
        timeout: Duration = .seconds(5), host: Host? = Host(), postfix: [PostfixSettings] = [], mailLogs: [MailLogSettings] = [],
        processes: [ProcessGroupSettings] = [], services: [any ServiceSettings] = []
    ) {
        self.timeout = timeout
        self.host = host
        self.postfix = postfix
        self.mailLogs = mailLogs
        self.processes = processes
        self.services = services
    }

    /// What counts when there is no section.
    /// - Parameter isPresent: Whether a path exists on this machine.
    public static func standard(isPresent: (String) -> Bool = Self.isPresent) -> CollectorsConfiguration {
        CollectorsConfiguration(postfix: usualInstances(isPresent))
    }

    /// Reads the section `collectors`; notes all that is wrong with it there.
    /// - Parameter isPresent: Whether a path exists on this machine.
    public init(_ section: ConfigurationSection, isPresent: (String) -> Bool = Self.isPresent) {
        timeout = section.duration("timeout", default: .seconds(5), atLeast: .milliseconds(100))
        let readHost = section.section("host") { host in
            let mountPoints = host.texts("mount_points")
            for path in mountPoints where !path.hasPrefix("/") {
                host.report("mount_points", found: "\"\(path)\"", write: "absolute paths such as /var/mail")
            }
            return host.flag("enabled", default: true) ? Host(mountPoints: mountPoints) : nil
        }
        host = readHost ?? Host()
        if section.has("postfix") {
            postfix = section.sections("postfix") { PostfixSettings($0) }
            Self.reportLookalikes(postfix, section)
        } else {
            postfix = Self.usualInstances(isPresent)
        }
        mailLogs = Self.readMailLogs(section)
        processes = ProcessGroupSettings.readAll(section)
        services = Self.serviceKinds.flatMap { Self.read($0, section) }
        for log in postfix.compactMap(\.mailLog) where !mailLogs.contains(where: { $0.place == log }) {
            section.report("postfix", found: "the mail_log \(log), which mail_logs does not have", write: "the path of one of mail_logs")
        }
    }

    /// Whether a path exists on this machine.
    public static func isPresent(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    // MARK: - Private

    private static func usualInstances(_ isPresent: (String) -> Bool) -> [PostfixSettings] {
        isPresent(PostfixSettings.usualQueueDirectory + "/public") ? [PostfixSettings()] : []
    }

    private static func readMailLogs(_ section: ConfigurationSection) -> [MailLogSettings] {
        let logs = section.sections("mail_logs") { MailLogSettings($0) }
        if Set(logs.map(\.place)).count < logs.count {
            section.report("mail_logs", found: "the same path twice", write: "each log once")
        } else if Set(logs.map(\.labels)).count < logs.count {
            section.report(
                "mail_logs", found: "logs whose series nothing tells apart", write: "labels such as {mail_log: outbound} for each")
        }
        return logs
    }

    private static func read<Settings: ServiceSettings>(_ kind: Settings.Type, _ section: ConfigurationSection) -> [any ServiceSettings] {
        let instances = section.sections(kind.kind) { Settings($0) }
        let distinctions = instances.flatMap(\.distinctions)
        if Set(instances.map(\.place)).count < instances.count {
            section.report(kind.kind, found: "the same instance twice", write: "each instance once")
        } else if Set(distinctions).count < distinctions.count {
            section.report(
                kind.kind, found: "instances whose series nothing tells apart", write: "labels such as {\(kind.kind): sessions} for each")
        }
        return instances
    }

    private static func reportLookalikes(_ instances: [PostfixSettings], _ section: ConfigurationSection) {
        if Set(instances.map(\.queueDirectory)).count < instances.count {
            section.report("postfix", found: "the same queue_directory twice", write: "each instance once")
        } else if Set(instances.map(\.labels)).count < instances.count {
            section.report(
                "postfix", found: "instances whose series nothing tells apart", write: "labels such as {postfix: outbound} for each")
        }
    }
}

extension CollectorsConfiguration: Equatable {
    public static func == (left: CollectorsConfiguration, right: CollectorsConfiguration) -> Bool {
        left.timeout == right.timeout && left.host == right.host && left.postfix == right.postfix
            && left.mailLogs == right.mailLogs && left.processes == right.processes
            && left.services.map { AnyHashable($0) } == right.services.map { AnyHashable($0) }
    }
}
