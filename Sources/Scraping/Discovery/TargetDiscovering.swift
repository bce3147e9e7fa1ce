import PostwatchModel

/// Finds the targets of a job, again and again.
protocol TargetDiscovering: Sendable {
    /// Calls `found` with all that there is whenever it may have changed, until the task is cancelled. What cannot be looked up stays as
    /// it was found before.
    func run(_ found: @Sendable ([TargetGroup]) -> Void) async
}

extension TargetGroup {
    /// Reads a list of groups, as files and addresses of targets hold it; `nil` when it is none.
    /// Source: Prometheus documentation, "Configuration", `<file_sd_config>` and `<http_sd_config>`.
    static func list(_ node: ConfigurationNode) -> [TargetGroup]? {
        switch node.content {
        case .null: return []
        case .scalar, .mapping: return nil
        case .sequence(let nodes):
            var groups: [TargetGroup] = []
            for node in nodes {
                guard let group = TargetGroup(node) else { return nil }
                groups.append(group)
            }
            return groups
        }
    }

    private init?(_ node: ConfigurationNode) {
        guard case .mapping(let entries) = node.content else { return nil }
        self.init(targets: [])
        for entry in entries {
            switch (entry.key, entry.value.content) {
            case ("targets", .sequence(let nodes)):
                for node in nodes {
                    guard case .scalar(let target) = node.content else { return nil }
                    targets.append(target)
                }
            case ("labels", .mapping(let pairs)):
                for pair in pairs {
                    guard case .scalar(let value) = pair.value.content else { return nil }
                    labels[pair.key] = value
                }
            case ("targets", .null), ("labels", .null): continue
            default: return nil
            }
        }
    }
}

/// Targets that stand in the configuration itself.
struct FixedTargets: TargetDiscovering {
    let groups: [TargetGroup]

    func run(_ found: @Sendable ([TargetGroup]) -> Void) async {
        found(groups)
    }
}
