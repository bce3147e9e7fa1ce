import Logging
import MailClient
import NIOPosix
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import Scraping

@Suite("Targets that name servers list", .timeLimit(.minutes(1)))
struct TargetNamesTests {
    @Test("SRV records name hosts and ports, which are targets with the labels that Prometheus gives them")
    func services() async throws {
        let found = try await find(.init(names: ["_metrics._tcp.example.test"])) { name, type in
            guard name == "_metrics._tcp.example.test", type == NameServer.srv else { return nil }
            return [NameServer.service("mx-2.example.test", port: 9154), NameServer.service("mx-1.example.test", port: 9100)]
        }
        #expect(
            found == [
                TargetGroup(
                    targets: ["mx-1.example.test:9100"],
                    labels: [
                        "__meta_dns_name": "_metrics._tcp.example.test", "__meta_dns_srv_record_target": "mx-1.example.test.",
                        "__meta_dns_srv_record_port": "9100",
                    ]),
                TargetGroup(
                    targets: ["mx-2.example.test:9154"],
                    labels: [
                        "__meta_dns_name": "_metrics._tcp.example.test", "__meta_dns_srv_record_target": "mx-2.example.test.",
                        "__meta_dns_srv_record_port": "9154",
                    ]),
            ])
    }

    @Test("The mail exchangers and the name servers of a domain are targets on one port")
    func hosts() async throws {
        let answer: @Sendable (String, UInt8) -> [[UInt8]]? = { _, type in
            type == NameServer.mx ? [NameServer.exchanger("mx.example.test")] : [NameServer.name("ns.example.test")]
        }
        #expect(
            try await find(.init(names: ["example.test"], kind: .mx, port: 9154), answer) == [
                TargetGroup(
                    targets: ["mx.example.test:9154"],
                    labels: ["__meta_dns_name": "example.test", "__meta_dns_mx_record_target": "mx.example.test."])
            ])
        #expect(
            try await find(.init(names: ["example.test"], kind: .ns, port: 9153), answer) == [
                TargetGroup(
                    targets: ["ns.example.test:9153"],
                    labels: ["__meta_dns_name": "example.test", "__meta_dns_ns_record_target": "ns.example.test."])
            ])
    }

    @Test("A domain that takes no mail, a service that is not there, and a name that does not exist have no targets")
    func nothing() async throws {
        #expect(try await find(.init(names: ["example.test"], kind: .mx, port: 1)) { _, _ in [NameServer.exchanger("")] } == [])
        #expect(try await find(.init(names: ["_a._tcp.example.test"])) { _, _ in [NameServer.service("", port: 0)] } == [])
        #expect(try await find(.init(names: ["_a._tcp.example.test"])) { _, _ in nil } == [])
        #expect(try await find(.init(names: ["_a._tcp.example.test"])) { _, _ in [] } == [])
    }

    @Test("A name that is gone has no targets any more")
    func changing() async throws {
        let records = Shared<[[UInt8]]?>([NameServer.service("a.example.test", port: 1)])
        let server = try await NameServer.start { _, _ in records.value }
        let clock = ManualClock()
        let world = World.manual(clock: clock)
        let found = AsyncStream<[TargetGroup]>.makeStream()
        let names = Self.names(.init(names: ["_a._tcp.example.test"]), server, world)
        try await withThrowingTaskGroup { group in
            group.addTask { await names.run { found.continuation.yield($0) } }
            var updates = found.stream.makeAsyncIterator()
            #expect(await updates.next()?.map(\.targets) == [["a.example.test:1"]])
            await clock.sleepers(reach: 1)
            records.value = nil
            clock.advance(by: .seconds(30))
            #expect(await updates.next() == [])
            group.cancelAll()
            try await group.waitForAll()
        }
        try await server.stop()
    }

    // MARK: - Private

    /// What is found first.
    private func find(
        _ configuration: DiscoveryConfiguration.Names, _ answer: @escaping @Sendable (String, UInt8) -> [[UInt8]]?
    ) async throws -> [TargetGroup] {
        let server = try await NameServer.start(answer: answer)
        let found = AsyncStream<[TargetGroup]>.makeStream()
        let names = Self.names(configuration, server, World.manual())
        let groups = await withTaskGroup { group in
            group.addTask { await names.run { found.continuation.yield($0) } }
            var updates = found.stream.makeAsyncIterator()
            let first = await updates.next() ?? []
            group.cancelAll()
            return first
        }
        try await server.stop()
        return groups
    }

    private static func names(_ configuration: DiscoveryConfiguration.Names, _ server: NameServer, _ world: World) -> TargetNames {
        let surroundings = ScrapeSurroundings(
            receivers: [], externalLabels: [:], world: world, telemetry: Telemetry(facts: ScrapeFacts.all),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return TargetNames(
            configuration: configuration,
            resolver: NameResolver(
                servers: [server.endpoint], threadPool: .singleton, group: MultiThreadedEventLoopGroup.singleton),
            world: world, faults: DiscoveryFaults(job: "j", surroundings: surroundings))
    }
}
