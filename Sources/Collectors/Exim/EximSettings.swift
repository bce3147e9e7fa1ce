import PostwatchModel
import PostwatchRuntime

/// One instance of Exim, by its spool:
///
/// ```yaml
/// exim:
///   - spool_directory: /var/spool/exim4
///     daemon: true                      # false: inetd or cron runs Exim here, so none is missed
/// ```
///
/// The agent's user must be a member of the group that owns the spool (`Debian-exim`).
public struct EximSettings: ServiceSettings {
    public static let kind = "exim"
    /// Where Debian's package keeps the spool.
    public static let usualDirectory = "/var/spool/exim4"

    /// Exim's option `spool_directory`. Default: `usualDirectory`.
    public var spoolDirectory: String
    /// Whether `exim_up` is 0 when no daemon runs. Default: it is.
    public var needsDaemon: Bool
    public var labels: LabelSet

    public var place: String { spoolDirectory }

    public init(spoolDirectory: String = Self.usualDirectory, needsDaemon: Bool = true, labels: LabelSet = [:]) {
        self.spoolDirectory = spoolDirectory
        self.needsDaemon = needsDaemon
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        var directory = section.text("spool_directory") ?? Self.usualDirectory
        if !directory.hasPrefix("/") {
            section.report("spool_directory", found: "\"\(directory)\"", write: "an absolute path such as \(Self.usualDirectory)")
        }
        while directory.count > 1 && directory.hasSuffix("/") { directory.removeLast() }
        spoolDirectory = directory
        needsDaemon = section.flag("daemon", default: true)
        labels = ServiceLabels.read(section, kind: Self.kind, taken: ["path", "state", "destination", "reason"])
    }

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        surroundings.offloaded(EximCollector(name: name, settings: self, timeout: surroundings.timeout, clock: surroundings.world.clock))
    }
}
