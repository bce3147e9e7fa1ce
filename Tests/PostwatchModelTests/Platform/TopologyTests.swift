import PostwatchModel
import Testing

@Suite("The topology")
struct TopologyTests {
    private let topology = Topology(
        platform: "mail",
        components: [
            .init(name: "webmail", role: .webmail, nodes: [.init(name: "web-1", address: "192.0.2.1")], dependsOn: ["mailstore"]),
            .init(name: "mailstore", role: .mailstore, nodes: [.init(name: "store-1", address: "192.0.2.2")], dependsOn: ["database"]),
            .init(name: "database", role: .database, nodes: [], dependsOn: ["mailstore", "elsewhere"]),
        ])

    @Test("knows what a component leans on, directly and through others, also in a circle")
    func dependencies() {
        #expect(topology.dependencies(of: "webmail") == ["mailstore", "database", "elsewhere"])
        #expect(topology.dependencies(of: "mailstore") == ["database", "elsewhere"])
        #expect(topology.dependencies(of: "elsewhere") == [])
    }

    @Test("finds the component of a node")
    func components() {
        #expect(topology.component(ofNode: "store-1")?.name == "mailstore")
        #expect(topology.component(ofNode: "nowhere") == nil)
        #expect(topology.component(named: "database")?.role == .database)
    }
}
