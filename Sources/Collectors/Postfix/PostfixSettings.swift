import PostwatchModel

/// One instance of Postfix:
///
/// ```yaml
/// postfix:
///   - queue_directory: /var/spool/postfix
///     config_directory: /etc/postfix  # for its processes and their limits
///     destinations: 20                # how many have a row of their own in the table of what waits; 0: no table
///     mail_log: /var/log/mail.log     # the one of mail_logs that it writes to, to account for every message
///     labels: {postfix: outbound}     # where there are several instances
/// ```
public struct PostfixSettings: Hashable, Sendable {
    /// Postfix' parameter `queue_directory`. Default: `/var/spool/postfix`.
    public var queueDirectory: String
    /// Where `main.cf` and `master.cf` lie. Default: `/etc/postfix`.
    public var configDirectory: String
    /// How many destinations have rows of their own in the table of what waits; 0: there is no table. Default: 20.
    public var destinations: Int
    /// The path of the entry of `mail_logs` to which this instance writes, or `journal`. Default: the only one, if there is just one.
    public var mailLog: String?
    /// Labels of this instance's series; where there are several instances, they must tell them apart. Default: none.
    public var labels: LabelSet

    /// Where distributions keep Postfix' queues.
    public static let usualQueueDirectory = "/var/spool/postfix"
    /// Where distributions keep Postfix' configuration.
    public static let usualConfigDirectory = "/etc/postfix"
    /// More rows than these are more series than one node should have.
    public static let mostDestinations = 200

    public init(
        queueDirectory: String = Self.usualQueueDirectory, configDirectory: String = Self.usualConfigDirectory, destinations: Int = 20,
        mailLog: String? = nil, labels: LabelSet = [:]
    ) {
        self.queueDirectory = queueDirectory
        self.configDirectory = configDirectory
        self.destinations = destinations
        self.mailLog = mailLog
        self.labels = labels
    }

    /// Reads one entry; notes all that is wrong with it there.
    init(_ section: ConfigurationSection) {
        queueDirectory = Self.directory("queue_directory", of: section, usual: Self.usualQueueDirectory)
        configDirectory = Self.directory("config_directory", of: section, usual: Self.usualConfigDirectory)
        destinations = section.integer("destinations", default: 20, in: 0...Self.mostDestinations)
        mailLog = section.text("mail_log")
        labels = ServiceLabels.read(
            section, kind: "postfix", taken: ["queue", "path", "destination", "reason", "service", "type", "queue_id"])
    }

    /// Where `showq` listens.
    public var socketPath: String { queueDirectory + "/public/showq" }

    // MARK: - Private

    private static func directory(_ key: String, of section: ConfigurationSection, usual: String) -> String {
        var directory = section.text(key) ?? usual
        if !directory.hasPrefix("/") {
            section.report(key, found: "\"\(directory)\"", write: "an absolute path such as \(usual)")
        }
        while directory.count > 1 && directory.hasSuffix("/") { directory.removeLast() }
        return directory
    }
}
