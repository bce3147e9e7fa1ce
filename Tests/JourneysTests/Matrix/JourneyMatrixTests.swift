import PostwatchModel
import PostwatchRuntime
import Testing

@testable import Journeys

@Suite("JourneyMatrix")
struct JourneyMatrixTests {
    private func node(_ text: String) throws -> ConfigurationNode {
        try ConfigurationFile.parse(text, file: "test.yml")
    }

    private func journeys(_ text: String) throws -> [JourneyConfiguration] {
        try ConfigurationSection.read(try node(text), file: "test.yml", JourneyConfiguration.readAll)
    }

    private static let read = """
        journeys:
          - name: read
            kind: imap
            path: [dns-1]
            matrix:
              servers:
                - {name: Proxy 1, server: "proxy-1.example.net:993", path: [imap-proxy-1]}
                - {name: direct, direct: true}
              accounts:
                - {name: shard-1, username: probe-1, password_file: a, path: [mailstore-1], server: "mailstore-1.example.net:993"}
                - {name: shard-2, username: probe-2, password_file: b, path: [mailstore-2]}
            imap: {tls: implicit, folder: Probes}
        """

    @Test("every server with every account is a cell: a name, a path and labels of its own")
    func cells() throws {
        let cells = try journeys(Self.read)
        #expect(cells.map(\.name) == ["read-proxy-1-shard-1", "read-proxy-1-shard-2", "read-direct-shard-1"])
        #expect(
            cells.map(\.path) == [
                ["dns-1", "imap-proxy-1", "mailstore-1"], ["dns-1", "imap-proxy-1", "mailstore-2"], ["dns-1", "mailstore-1"],
            ])
        #expect(cells[1].labels == ["matrix": "read", "server": "Proxy 1", "account": "shard-2"])
        let tasks = cells.compactMap { ($0.task as? IMAPTask)?.mailbox }
        #expect(tasks.map { "\($0.server)" } == ["proxy-1.example.net:993", "proxy-1.example.net:993", "mailstore-1.example.net:993"])
        #expect(tasks.map(\.account?.username) == ["probe-1", "probe-2", "probe-1"])
        #expect(tasks.allSatisfy { $0.folder == "Probes" })
    }

    @Test("mail exchangers of a domain are cells of what name servers say, by address and family")
    func exchangers() throws {
        let text = """
            journeys:
              - name: greet
                kind: smtp
                resolver: 192.0.2.53
                matrix: {exchangers_of: example.net, families: [ipv4, ipv6], nodes: {mx2.example.net: mx-2}}
                smtp: {tls: none}
            """
        #expect(try journeys(text).isEmpty)
        let matrices = try ConfigurationSection.read(try node(text), file: "test.yml", JourneyMatrix.readAll)
        let matrix = try #require(matrices.first)
        #expect(matrix.name == "greet" && matrix.exchangersOf == "example.net" && matrix.resolver?.port == 53)
        let names = MatrixNames(
            exchangers: ["mx-1.example.net", "mx2.example.net"],
            addresses: [
                "mx-1.example.net": [.init("192.0.2.1"), .init("2001:db8::1")],
                "mx2.example.net": [.init("192.0.2.2"), .init("192.0.2.3")],
            ])
        let cells = matrix.cells(for: names)
        #expect(cells.map(\.path) == [["mx-1"], ["mx-1"], ["mx-2"], ["mx-2"]])
        #expect(
            cells.compactMap { ($0.task as? SMTPTask)?.exchange.server.map { "\($0)" } } == [
                "192.0.2.1:25", "[2001:db8::1]:25", "192.0.2.2:25", "192.0.2.3:25",
            ])
        #expect(cells[1].labels == ["matrix": "greet", "exchanger": "mx-1.example.net", "family": "ipv6"])
        #expect(cells[2].name == "greet-mx2-example-net-ipv4-192-0-2-2")
        #expect(matrix.cells(for: MatrixNames()).isEmpty)
    }

    @Test(
        "faults are told where they stand",
        arguments: [
            ("{}", "journeys[0].matrix.accounts"), ("{servers: [{server: \"a:1\"}]}", "journeys[0].matrix.servers[0].name"),
            ("{servers: [{name: a, server: \"a:1\"}, {name: a, server: \"b:1\"}]}", "journeys[0].matrix.servers"),
            ("{servers: [{name: a, server: \"a:x\"}]}", "journeys[0].imap.server"), ("{families: [ipv5]}", "journeys[0].matrix.families"),
            ("{servers: [{name: a, sever: \"a:1\"}]}", "journeys[0].imap.sever"), ("{axes: []}", "journeys[0].matrix.axes"),
        ])
    func faults(matrix: String, path: String) throws {
        let text = "journeys:\n  - name: read\n    kind: imap\n    matrix: \(matrix)\n    imap: {tls: implicit}\n"
        let faults = #expect(throws: ConfigurationFaults.self) { try journeys(text) }
        #expect(faults?.faults.contains { $0.path == path } == true, "\(String(describing: faults))")
    }
}
