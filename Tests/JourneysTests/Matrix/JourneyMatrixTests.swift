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
        let cells = try matrix.cells(for: names)
        #expect(cells.map(\.path) == [["mx-1"], ["mx-1"], ["mx-2"], ["mx-2"]])
        #expect(
            cells.compactMap { ($0.task as? SMTPTask)?.exchange.server.map { "\($0)" } } == [
                "mx-1.example.net:25", "mx-1.example.net:25", "mx2.example.net:25", "mx2.example.net:25",
            ], "certificates are for the name")
        #expect(
            cells.map { ($0.task as? SMTPTask)?.exchange.address } == ["192.0.2.1", "2001:db8::1", "192.0.2.2", "192.0.2.3"])
        #expect(cells[1].labels == ["matrix": "greet", "exchanger": "mx-1.example.net", "family": "ipv6"])
        #expect(cells[2].name == "greet-mx2-example-net-ipv4-192-0-2-2")
        #expect(try matrix.cells(for: MatrixNames()).isEmpty)
    }

    private static let login = "username: u, password_file: p"

    /// A journey of each kind; its servers; the section in which a matrix finds and varies them.
    private static let kinds: [(kind: String, sections: String, server: String)] = [
        ("imap", "imap: {tls: implicit}", "imap"), ("pop3", "pop3: {tls: implicit}", "pop3"),
        ("sieve", "sieve: {\(login)}", "sieve"), ("smtp", "smtp: {tls: none}", "smtp"), ("tcp", "tcp: {}", "tcp"),
        ("tls", "tls: {}", "tls"),
        ("dns", "dns: {name: example.net}", "dns"),
        ("inbound", "smtp: {to: a@example.net}\n    imap: {server: \"i:993\", \(login)}", "smtp"),
        ("outbound", "smtp: {to: a@example.org, \(login)}\n    imap: {server: \"i:993\", \(login)}", "smtp"),
        ("round-trip", "smtp: {from: a@b.c, to: a@example.org, \(login)}\n    imap: {server: \"i:993\", \(login)}", "smtp"),
        ("negative", "smtp: {to: a@example.net}", "smtp"), ("negative", "submission: {\(login)}", "submission"),
        ("http", "http: {url: \"https://web.example.net/\"}", "http"),
        ("webmail", "webmail: {preset: sogo, url: \"https://web.example.net/SOGo/\", send: false, \(login)}", "webmail"),
        ("caldav", "caldav: {url: \"https://web.example.net/\", \(login)}", "caldav"),
        ("carddav", "carddav: {url: \"https://web.example.net/\", \(login)}", "carddav"),
    ]

    @Test("every kind can be run over servers", arguments: kinds)
    func everyKind(kind: String, sections: String, server: String) throws {
        let matrix = "matrix: {servers: [{name: a, server: \"192.0.2.1:1025\"}, {name: b, server: \"192.0.2.2:1025\"}]}"
        let cells = try journeys("journeys:\n  - name: each\n    kind: \(kind)\n    \(matrix)\n    \(sections)\n")
        #expect(cells.map(\.name) == ["each-a", "each-b"])
        #expect(cells.map(\.labels["server"]) == ["a", "b"])
        let places = cells.map { String(describing: $0.task) }
        #expect(places[0].contains("192.0.2.1") && places[1].contains("192.0.2.2"))
    }

    @Test("every kind can be run over the addresses of its own server", arguments: kinds)
    func everyKindByAddress(kind: String, sections: String, server: String) throws {
        let named = sections.replacing("\(server): {", with: "\(server): {server: \"ns.example.net:1025\", ")
            .replacing(", }", with: "}")
        let text = "journeys:\n  - name: each\n    kind: \(kind)\n    matrix: {families: [ipv4]}\n    \(named)\n"
        #expect(try journeys(text).isEmpty)
        let matrix = try #require(try ConfigurationSection.read(try node(text), file: "test.yml", JourneyMatrix.readAll).first)
        #expect(matrix.hosts == ["ns.example.net"])
        let names = MatrixNames(addresses: ["ns.example.net": [.init("192.0.2.7"), .init("2001:db8::7")]])
        let cells = try matrix.cells(for: names)
        #expect(cells.map(\.name) == ["each-ipv4"])
        #expect(cells.first.map { String(describing: $0.task).contains("192.0.2.7") } == true)
    }

    @Test("web servers are gone to one by one, and asked for what their URL names")
    func web() throws {
        let text = """
            journeys:
              - name: page
                kind: http
                matrix: {servers: [{name: web-1, server: web-1.example.net}, {name: web-2, address: 192.0.2.2}]}
                http: {url: "https://www.example.net:8443/login"}
            """
        let accesses = try journeys(text).compactMap { ($0.task as? HTTPTask)?.access }
        #expect(accesses.map { "\($0.url)" } == Array(repeating: "https://www.example.net:8443/login", count: 2))
        #expect(accesses.map { $0.destination.map { "\($0.endpoint)" } } == ["web-1.example.net:8443", "192.0.2.2:8443"])
    }

    @Test("an account signs in wherever the journey signs in, and sends under its own address")
    func accounts() throws {
        let text = """
            journeys:
              - name: around
                kind: round-trip
                matrix:
                  servers: [{name: out-1, server: "out-1.example.net:587"}, {name: direct, direct: true}]
                  accounts:
                    - {name: shard-1, username: probe-1, password_file: a, from: probe-1@example.net, server: "store-1.example.net:587"}
                    - {name: shard-2, username: probe-2, password_file: b, from: probe-2@example.net, imap: {server: "store-2.example.net"}}
                smtp: {to: echo@example.org}
                imap: {server: "imap.example.net:993"}
            """
        let tasks = try journeys(text).compactMap { $0.task as? RoundTripTask }
        #expect(tasks.map(\.exchange.account?.username) == ["probe-1", "probe-2", "probe-1"])
        #expect(tasks.map(\.account.username) == ["probe-1", "probe-2", "probe-1"])
        #expect(tasks.map(\.exchange.from) == ["probe-1@example.net", "probe-2@example.net", "probe-1@example.net"])
        #expect(tasks.map { "\($0.mailbox.server.host)" } == ["imap.example.net", "store-2.example.net", "imap.example.net"])
        #expect(tasks.map { $0.exchange.server?.host } == ["out-1.example.net", "out-1.example.net", "store-1.example.net"])
    }

    @Test("straight to an account's server by each of its addresses")
    func directByAddress() throws {
        let text = """
            journeys:
              - name: read
                kind: imap
                matrix:
                  families: [ipv6]
                  servers: [{name: proxy, server: "proxy.example.net:993"}, {name: direct, direct: true}]
                  accounts: [{name: s1, username: a, password_file: a, server: "store-1.example.net:993"}]
                imap: {tls: implicit}
            """
        let matrix = try #require(try ConfigurationSection.read(try node(text), file: "test.yml", JourneyMatrix.readAll).first)
        #expect(matrix.hosts == ["proxy.example.net", "store-1.example.net"])
        let names = MatrixNames(addresses: ["proxy.example.net": [.init("2001:db8::1")], "store-1.example.net": [.init("2001:db8::2")]])
        let cells = try matrix.cells(for: names)
        #expect(cells.map(\.name) == ["read-proxy-ipv6-s1", "read-direct-ipv6-s1"])
        #expect(cells.compactMap { ($0.task as? IMAPTask)?.mailbox.address } == ["2001:db8::1", "2001:db8::2"])
    }

    @Test("more cells than a matrix may have are told, whatever name servers say")
    func tooMany() throws {
        let text = "journeys:\n  - name: read\n    kind: tcp\n    matrix: {families: [ipv4]}\n    tcp: {server: \"a.example.net:25\"}\n"
        let matrix = try #require(try ConfigurationSection.read(try node(text), file: "test.yml", JourneyMatrix.readAll).first)
        let many = (0...10_000).map { MatrixAddress("10.\($0 >> 16).\($0 >> 8 & 255).\($0 & 255)") }
        let faults = #expect(throws: ConfigurationFaults.self) { try matrix.cells(for: MatrixNames(addresses: ["a.example.net": many])) }
        #expect(faults?.faults.first?.found == "10001 cells")
    }

    @Test(
        "what does not go together is told in one sentence",
        arguments: [
            ("imap", "{families: [ipv4]}", "imap: {tls: implicit}", "whose addresses"),
            ("imap", "{exchangers_of: example.net}", "imap: {tls: implicit}", "mail exchanger"),
            ("tcp", "{accounts: [{name: a, username: u, password_file: p}]}", "tcp: {server: \"a:1\"}", "signs in nowhere"),
            ("tls", "{exchangers_of: example.net}", "tls: {}", "STARTTLS"),
            ("imap", "{servers: [{name: d, direct: true}]}", "imap: {}", "direct"),
            ("smtp", "{families: [ipv4]}", "smtp: {}", "whose addresses"),
        ])
    func discord(kind: String, matrix: String, sections: String, found: String) throws {
        let text = "journeys:\n  - name: each\n    kind: \(kind)\n    matrix: \(matrix)\n    \(sections)\n"
        let faults = #expect(throws: ConfigurationFaults.self) { try journeys(text) }
        #expect(faults?.faults.count == 1 && faults?.faults.first?.path == "journeys[0].matrix", "\(String(describing: faults))")
        #expect(faults?.faults.first?.found.contains(found) == true, "\(String(describing: faults))")
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

    @Test("A name server that is out of order ends no cell, and one that tells of no address does")
    func recalling() {
        var names = MatrixNames(exchangers: ["mx1", "mx2"], addresses: ["mx1": [.init("192.0.2.1")], "mx2": [.init("192.0.2.2")]])
        let known = names.recalling([:]).addresses
        names.addresses = ["mx1": [.init("192.0.2.9")]]
        #expect(names.recalling(known).addresses == names.addresses)
        // One host has never been told of, and the others go on all the same.
        names.addresses = [:]
        names.failures = ["mx1": "timed out", "mx2": "timed out", "mx3": "SERVFAIL"]
        #expect(names.recalling(known).addresses == known)
        names.failures = ["mx2": "timed out"]
        #expect(names.recalling(known).addresses == ["mx2": [.init("192.0.2.2")]])
    }
}
