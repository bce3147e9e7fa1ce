import Hummingbird
import PostwatchModel

/// What is watched and what is not: `GET /api/v1/coverage`, for some components with `component[]`. Postwatch's own.
public struct CoverageRoutes: Sendable {
    private let coverage: any CoverageReading

    public init(coverage: any CoverageReading) {
        self.coverage = coverage
    }

    public func add(to router: some RouterMethods<some RequestContext>) {
        router.answer("/api/v1/coverage", [.get]) { parameters, _ in
            let wanted = Set(parameters.all("component[]"))
            let all = try await coverage.coverage().components
            return try .prometheus(all.filter { wanted.isEmpty || wanted.contains($0.name) }.map(CoverageDocument.init))
        }
    }
}

/// One component's coverage as the API shows it.
struct CoverageDocument: Encodable {
    struct Remedy: Encodable {
        let software: String
        let configuration: String
    }

    struct Item: Encodable {
        let name: String
        let level: String
        let measured: Bool
        let rules: [String]
        /// What would add it; empty when it is measured.
        let remedies: [Remedy]
    }

    struct Node: Encodable {
        let name: String
        let items: [Item]
        let journeys: [String]
    }

    let component: String
    let role: String
    /// Kinds of which at least one should pass through every node.
    let wantedJourneys: [String]
    let nodes: [Node]

    init(_ coverage: Coverage.Component) {
        component = coverage.name
        role = coverage.role.rawValue
        wantedJourneys = coverage.wantedJourneys
        nodes = coverage.nodes.map { node in
            Node(name: node.name, items: node.findings.map(Item.init), journeys: node.journeys)
        }
    }
}

extension CoverageDocument.Item {
    init(_ finding: Coverage.Finding) {
        name = finding.item.name
        level = finding.item.level.rawValue
        measured = finding.isMeasured
        rules = finding.rules
        remedies =
            finding.isMeasured
            ? [] : finding.item.remedies.map { CoverageDocument.Remedy(software: $0.software, configuration: $0.configuration) }
    }
}
