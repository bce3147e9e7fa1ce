import PostwatchModel
import PostwatchRuntime

/// The processes and sessions of one Dovecot 2.3, by the sockets in its `base_dir`:
///
/// ```yaml
/// dovecot_processes:
///   - base_dir: /run/dovecot
///     services: true                    # false: sessions only, for an agent that is not root
/// ```
///
/// The socket `master` belongs to root alone. `anvil` can be opened to the agent's group in Dovecot's configuration:
///
/// ```
/// service anvil {
///   unix_listener anvil {
///     mode = 0660
///     group = postwatch
///   }
/// }
/// ```
public struct DovecotProcessesSettings: ServiceSettings {
    public static let kind = "dovecot_processes"
    /// Where distributions have it.
    public static let usualDirectory = "/run/dovecot"

    /// Dovecot's setting `base_dir`. Default: `usualDirectory`.
    public var baseDirectory: String
    /// Whether the processes of each service are counted. Default: they are.
    public var countsServices: Bool
    public var labels: LabelSet

    public var place: String { baseDirectory }

    public init(baseDirectory: String = Self.usualDirectory, countsServices: Bool = true, labels: LabelSet = [:]) {
        self.baseDirectory = baseDirectory
        self.countsServices = countsServices
        self.labels = labels
    }

    public init(_ section: ConfigurationSection) {
        var directory = section.text("base_dir") ?? Self.usualDirectory
        if !directory.hasPrefix("/") {
            section.report("base_dir", found: "\"\(directory)\"", write: "an absolute path such as \(Self.usualDirectory)")
        }
        while directory.count > 1 && directory.hasSuffix("/") { directory.removeLast() }
        baseDirectory = directory
        countsServices = section.flag("services", default: true)
        labels = ServiceLabels.read(section, kind: "dovecot", taken: ["service"])
    }

    public func collector(named name: String, in surroundings: ServiceSurroundings) -> any Collecting {
        surroundings.offloaded(
            DovecotProcessesCollector(name: name, settings: self, timeout: surroundings.timeout, clock: surroundings.world.clock))
    }
}
