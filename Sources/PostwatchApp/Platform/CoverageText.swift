/// What is watched and what is not, as text for people.
public enum CoverageText {
    /// - Parameter missingOnly: only what is not measured, with what would add it, and nodes that no journey passes through.
    public static func text(of components: [ServerClient.Coverage], missingOnly: Bool) -> String {
        if components.isEmpty { return "no components: name them under platform: in the server's configuration" }
        var lines: [String] = []
        for component in components {
            lines.append("\(component.component) (\(component.role))")
            for node in component.nodes {
                lines.append("  \(node.name)" + summary(of: node))
                lines += missingOnly ? remedies(of: node) : node.items.map(line)
                lines.append(journeys(of: node, wanted: component.wantedJourneys))
            }
        }
        return lines.joined(separator: "\n")
    }

    // MARK: - Private

    private static func summary(of node: ServerClient.Coverage.Node) -> String {
        let basics = node.items.filter { $0.level == "basics" }
        return ": \(basics.count { $0.measured }) of \(basics.count) basics measured"
    }

    private static func line(of item: ServerClient.Coverage.Item) -> String {
        let state = item.measured ? "measured" : "missing "
        let rules = item.measured ? (item.rules.isEmpty ? ", no rule" : ", " + item.rules.joined(separator: ", ")) : ""
        return "    \(state)  \(item.name)\(item.level == "basics" ? "" : " (next level)")\(rules)"
    }

    /// What the same lines would add stands together, with those lines once.
    private static func remedies(of node: ServerClient.Coverage.Node) -> [String] {
        var groups: [(remedies: [ServerClient.Coverage.Remedy], names: [String])] = []
        for item in node.items where !item.measured {
            let name = item.name + (item.level == "basics" ? "" : " (next level)")
            if let known = groups.firstIndex(where: { $0.remedies == item.remedies }) {
                groups[known].names.append(name)
            } else {
                groups.append((item.remedies, [name]))
            }
        }
        return groups.flatMap { remedies, names in
            ["    missing   " + names.joined(separator: ", ")]
                + remedies.flatMap { remedy in
                    [remedy.software.isEmpty ? "      add to the agent:" : "      add to the agent, for \(remedy.software):"]
                        + remedy.configuration.split(separator: "\n").map { "        \($0)" }
                }
        }
    }

    private static func journeys(of node: ServerClient.Coverage.Node, wanted: [String]) -> String {
        node.journeys.isEmpty
            ? "    missing   a journey through it (\(wanted.joined(separator: " or ")))"
            : "    journeys  \(node.journeys.joined(separator: ", "))"
    }
}
