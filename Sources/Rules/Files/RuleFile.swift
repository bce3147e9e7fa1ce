import PostwatchModel

/// A rule file of Prometheus.
/// Source: Prometheus documentation, "Recording rules" and "Alerting rules".
public struct RuleFile: Hashable, Sendable {
    /// What faults and the API call the file.
    public let name: String
    public let groups: [RuleGroup]

    public init(name: String, groups: [RuleGroup]) {
        self.name = name
        self.groups = groups
    }

    /// Throws `ConfigurationFaults` with all that is wrong with the file.
    public static func read(_ node: ConfigurationNode, file: String) throws(ConfigurationFaults) -> RuleFile {
        let groups = try ConfigurationSection.read(node, file: file) { section in
            var names: Set<String> = []
            return section.sections("groups") { RuleGroup(reading: $0, file: file, takenNames: &names) }
        }
        return RuleFile(name: file, groups: groups)
    }
}
