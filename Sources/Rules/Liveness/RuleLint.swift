import PostwatchModel

/// What is allowed but hardly meant: the same rule twice.
public enum RuleLint {
    /// One fault for each rule that has the name, the kind and the labels of one before it in its file.
    public static func faults(in groups: [RuleGroup]) -> [ConfigurationFault] {
        var seen: [String: Rule] = [:]
        var faults: [ConfigurationFault] = []
        for group in groups {
            for rule in group.rules {
                let labels = rule.labelSources.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
                let key = "\(group.file)\n\(rule.isAlert)\n\(rule.name)\n\(labels)"
                guard let first = seen.updateValue(rule, forKey: key) else { continue }
                faults.append(
                    ConfigurationFault(
                        file: group.file, line: rule.line, path: "\(group.name).\(rule.name)",
                        found: "the rule \(rule.name) of line \(first.line) again, with the same labels",
                        write: "labels that tell the two apart, or only one of them"))
            }
        }
        return faults
    }
}
