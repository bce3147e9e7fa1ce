import Journeys
import PostwatchModel

/// What is watched: read from `platform`.
public struct PlatformConfiguration: Sendable {
    /// One entry of `components`.
    struct Component: Sendable {
        let name: String
        let role: Role
        let nodes: [Topology.Node]
        let dependsOn: [String]
        let check: NodeCheck?
    }

    /// Shown on the pages. Default: platform.
    let name: String
    let components: [Component]

    static let empty = PlatformConfiguration(name: "platform", components: [])

    private init(name: String, components: [Component]) {
        self.name = name
        self.components = components
    }

    init(_ section: ConfigurationSection) {
        name = section.text("name") ?? Self.empty.name
        let components = section.sections("components") { Component($0) }
        self.components = components
        Self.reportRepetitions(components, in: section)
        Self.reportUnknownDependencies(components, in: section)
    }

    /// Names of all nodes.
    var nodeNames: Set<String> { Set(components.flatMap(\.nodes).map(\.name)) }

    func topology(journeyPaths: [String: [String]]) -> Topology {
        Topology(
            platform: name,
            components: components.map {
                Topology.Component(name: $0.name, role: $0.role, nodes: $0.nodes, dependsOn: $0.dependsOn)
            },
            journeyPaths: journeyPaths)
    }

    // MARK: - Private

    private static func reportRepetitions(_ components: [Component], in section: ConfigurationSection) {
        var seen: Set<String> = []
        for component in components where !seen.insert(component.name).inserted {
            section.report("components", found: "the component \(component.name) twice", write: "each component once, with all its nodes")
        }
        var nodes: Set<String> = []
        for node in components.flatMap(\.nodes) where !nodes.insert(node.name).inserted {
            section.report("components", found: "the node \(node.name) twice", write: "a name of its own for each node")
        }
    }

    private static func reportUnknownDependencies(_ components: [Component], in section: ConfigurationSection) {
        let names = components.map(\.name)
        for component in components {
            for dependency in component.dependsOn where !names.contains(dependency) {
                section.report(
                    "components", found: "\(component.name) depends on \"\(dependency)\", which is not a component",
                    write: "one of \(names.joined(separator: ", "))")
            }
        }
    }
}

extension PlatformConfiguration.Component {
    init?(_ section: ConfigurationSection) {
        let name = section.requiredText("name", like: "mailstore")
        let role = section.choice("role", of: Role.self)
        if !section.has("role") {
            section.report("role", found: "nothing", write: "one of " + Role.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let nodes = section.sections("nodes") { node in
            Topology.Node(
                name: node.requiredText("name", like: "mailstore-1"), address: node.requiredText("address", like: "mailstore-1.example.net")
            )
        }
        let dependsOn = section.texts("depends_on")
        let check = section.section("check") { NodeCheck($0) } ?? nil
        guard !name.isEmpty, let role else { return nil }
        self.init(name: name, role: role, nodes: nodes, dependsOn: dependsOn, check: check)
    }
}
