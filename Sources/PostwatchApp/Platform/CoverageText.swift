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

    private static func remedies(of node: ServerClient.Coverage.Node) -> [String] {
        node.items.filter { !$0.measured }.flatMap { item in
            ["    missing   \(item.name)\(item.level == "basics" ? "" : " (next level)")"]
                + item.remedies.flatMap { remedy in
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
