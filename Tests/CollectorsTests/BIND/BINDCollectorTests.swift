import PostwatchModel
import TestSupport
import Testing

@testable import Collectors

@Suite("BIND")
struct BINDCollectorTests {
    @Test("A real server tells its figures, and why it tells nothing")
    func realServer() async throws {
        let service = try RealService(
            "/usr/sbin/named", package: "bind9", files: ["named.conf": Self.configuration, "example.org": Self.zone]
        ) { directory in ["-g", "-n", "1", "-c", "\(directory)/named.conf"] }
        let url = "http://\(LoopbackNetwork.prefix).53.54:53532"
        let collector = Self.collector(BINDSettings(url: url))
        let before = try await service.firstAnswer(collector)
        #expect(before["bind_up"] == 1)
        #expect(before["bind_incoming_queries_total{type=\"MX\"}"] == 0)
        #expect(before["bind_incoming_requests_total{opcode=\"QUERY\"}"] == 0)
        #expect(before["bind_boot_time_seconds"].map { $0 > 1_700_000_000 } == true)
        #expect(before["bind_config_time_seconds"].map { $0 > 1_700_000_000 } == true)

        // BIND binds no address but those of interfaces; the port is below those that the system gives away.
        let server = ServiceAddress.internet(host: "127.0.0.1", port: 15_000 + LoopbackNetwork.number)
        #expect(try DNSQuestion(name: "example.org", type: 15).responseCode(of: server) == 0)
        #expect(try DNSQuestion(name: "none.example.org", type: 1).responseCode(of: server) == 3)
        #expect(try DNSQuestion(name: "elsewhere.test", type: 1).responseCode(of: server) == 2)
        let metrics = Metrics(try await collector.collect(at: Timestamp(milliseconds: 0)))
        #expect(metrics["bind_incoming_queries_total{type=\"MX\"}"] == 1)
        #expect(metrics["bind_incoming_queries_total{type=\"A\"}"] == 2)
        #expect(metrics["bind_incoming_requests_total{opcode=\"QUERY\"}"] == 3)
        #expect(metrics["bind_response_rcodes_total{rcode=\"SERVFAIL\"}"] == 1)
        #expect(metrics["bind_response_rcodes_total{rcode=\"REFUSED\"}"] == 0)
        #expect(metrics.names(withPrefix: "bind_response_rcodes_total{rcode=\"RESERVED").isEmpty)
        #expect(metrics["bind_responses_total{result=\"Success\"}"] == 1)
        #expect(metrics["bind_responses_total{result=\"NXDOMAIN\"}"] == 1)
        #expect(metrics["bind_query_errors_total{error=\"Dropped\"}"] == 0)
        #expect(metrics["bind_query_recursions_total"] == 1)
        #expect(metrics["bind_recursive_clients"] == 0)
        #expect(metrics["bind_zone_transfer_success_total"] == 0)
        #expect(metrics["bind_resolver_query_errors_total{error=\"QueryTimeout\", view=\"_default\"}"] == 0)
        #expect(metrics["bind_resolver_query_duration_seconds_bucket{le=\"+Inf\", view=\"_default\"}"] == 0)
        #expect(metrics.names(withPrefix: "bind_zone_serial") == ["bind_zone_serial{view=\"_default\", zone_name=\"example.org\"}"])
        #expect(metrics["bind_zone_serial{view=\"_default\", zone_name=\"example.org\"}"] == 2_026_112_801)

        for zones in [0, 1] {
            let few = Metrics(
                try await Self.collector(BINDSettings(url: url, zones: zones)).collect(at: Timestamp(milliseconds: 0)))
            #expect(few["bind_up"] == 1)
            #expect(few.names(withPrefix: "bind_zone_serial").isEmpty)
        }
        #expect(try await StatusPage(url: "\(url)/json/v1/server").text(within: .seconds(5), upTo: 100) == nil)

        let other = await #expect(throws: CollectionFailure.self) {
            try await Self.collector(BINDSettings(url: "\(url)/other")).collect(at: Timestamp(milliseconds: 0))
        }
        #expect(other?.description.contains("HTTP status 404 Not Found; url must be") == true, "\(String(describing: other))")
        let denied = await #expect(throws: CollectionFailure.self) {
            try await Self.collector(BINDSettings(url: "http://\(LoopbackNetwork.prefix).53.54:53533")).collect(
                at: Timestamp(milliseconds: 0))
        }
        #expect(denied?.description.contains("let it allow the address of the agent") == true, "\(String(describing: denied))")

        service.freeze()
        await #expect(throws: CollectionFailure.timedOut(after: .milliseconds(200), while: "\(url)/json/v1/server was asked for")) {
            try await Self.collector(BINDSettings(url: url), timeout: .milliseconds(200)).collect(at: Timestamp(milliseconds: 0))
        }
        service.thaw()

        service.kill()
        let gone = await #expect(throws: CollectionFailure.self) { try await collector.collect(at: Timestamp(milliseconds: 0)) }
        #expect(gone?.description.contains("takes no connection: nobody listens") == true, "\(String(describing: gone))")
        #expect(Metrics(collector.measurements(after: .stopped)).values == ["bind_up": 0])
    }

    @Test("Durations of a resolver become cumulative buckets, and each view has its own series")
    func resolvers() throws {
        let page = """
            {"boot-time": "2026-11-28T18:49:08.382Z", "opcodes": {}, "views": {
              "_bind": {"resolver": {"stats": {}}}, "empty": {},
              "inside": {"resolver": {"stats": {"QryRTT10": 3, "QryRTT500": 2, "QryRTT1600+": 1, "ValFail": 4, "NXDOMAIN": 5},
                                      "qtypes": {"A": 6}, "cache": {"A": 7, "!AAAA": 8}}}}}
            """
        let metrics = Metrics(try StatusPage.decode(BINDStatistics.self, page, of: "it").measurements)
        let buckets = metrics.names(withPrefix: "bind_resolver_query_duration_seconds_bucket")
        #expect(buckets.count == 6)
        #expect(metrics["bind_resolver_query_duration_seconds_bucket{le=\"0.01\", view=\"inside\"}"] == 3)
        #expect(metrics["bind_resolver_query_duration_seconds_bucket{le=\"0.1\", view=\"inside\"}"] == 3)
        #expect(metrics["bind_resolver_query_duration_seconds_bucket{le=\"1.6\", view=\"inside\"}"] == 5)
        #expect(metrics["bind_resolver_query_duration_seconds_bucket{le=\"+Inf\", view=\"inside\"}"] == 6)
        #expect(metrics["bind_resolver_query_duration_seconds_count{view=\"inside\"}"] == 6)
        #expect(metrics["bind_resolver_dnssec_validation_errors_total{view=\"inside\"}"] == 4)
        #expect(metrics["bind_resolver_response_errors_total{error=\"NXDOMAIN\", view=\"inside\"}"] == 5)
        #expect(metrics["bind_resolver_queries_total{type=\"A\", view=\"inside\"}"] == 6)
        #expect(metrics["bind_resolver_cache_rrsets{type=\"!AAAA\", view=\"inside\"}"] == 8)
        #expect(metrics["bind_boot_time_seconds"] == 1_795_891_748.382)
        #expect(metrics["bind_config_time_seconds"] == nil)
    }

    @Test(
        "What is no page of BIND is not understood",
        arguments: [
            ("", "no JSON, or numbers out of range"), ("BIND", "no JSON, or numbers out of range"),
            ("[]", "a value of another kind for the page itself"), ("{}", "no boot-time"),
            ("{\"boot-time\": \"x\"}", "no opcodes"), ("{\"boot-time\": 1, \"opcodes\": {}}", "a value of another kind for boot-time"),
            ("{\"boot-time\": \"x\", \"opcodes\": [1]}", "a value of another kind for opcodes"),
            ("{\"boot-time\": \"x\", \"opcodes\": {\"QUERY\": \"1\"}}", "a value of another kind for opcodes.QUERY"),
            ("{\"boot-time\": \"x\", \"opcodes\": {\"QUERY\": 1e999}}", "no JSON, or numbers out of range"),
            (
                "{\"boot-time\": \"x\", \"opcodes\": {}, \"views\": {\"a\": {\"resolver\": 1}}}",
                "a value of another kind for views.a.resolver"
            ),
            ("{\"boot-time\": \"x\", \"opcodes\": {\"QUERY\": 1", "no JSON, or numbers out of range"),
        ])
    func hostilePages(page: String, found: String) {
        #expect(throws: CollectionFailure.malformed(source: "it", found: found)) {
            try StatusPage.decode(BINDStatistics.self, page, of: "it")
        }
    }

    @Test("Nesting without end is not understood", arguments: ["[", "{\"views\":", "{\"boot-time\":[{\"a\":"])
    func nesting(piece: String) {
        let page = String(repeating: piece, count: (50 << 20) / piece.utf8.count)
        #expect(throws: CollectionFailure.malformed(source: "it", found: "no JSON, or numbers out of range")) {
            try StatusPage.decode(BINDStatistics.self, page, of: "it")
        }
    }

    @Test("Zones that BIND has of its own, or has not loaded, have no serial, and too many zones have none at all")
    func zones() throws {
        let page = """
            {"views": {"a": {"zones": [
              {"name": "one.test", "class": "IN", "type": "primary", "serial": 7}, {"name": "one.test", "class": "IN", "type": "primary", "serial": 8},
              {"name": "two.test", "class": "IN", "type": "secondary"}, {"name": "id.server", "class": "CH", "type": "builtin", "serial": 0},
              {"name": "10.IN-ADDR.ARPA", "class": "IN", "type": "builtin", "serial": 0}]}, "b": {}}}
            """
        let zones = try StatusPage.decode(BINDZones.self, page, of: "it")
        #expect(Metrics(zones.measurements(upTo: 3)).values == ["bind_zone_serial{view=\"a\", zone_name=\"one.test\"}": 7])
        #expect(zones.measurements(upTo: 2).isEmpty)
    }

    private static let configuration = """
        options {
            directory "{directory}"; pid-file "{directory}/pid"; session-keyfile none; managed-keys-directory "{directory}";
            listen-on port \(15_000 + LoopbackNetwork.number) { 127.0.0.1; }; listen-on-v6 { none; };
            recursion yes; allow-query { any; }; dnssec-validation no;
        };
        controls { };
        statistics-channels {
            inet \(LoopbackNetwork.prefix).53.54 port 53532 allow { any; };
            inet \(LoopbackNetwork.prefix).53.54 port 53533 allow { none; };
        };
        zone "." { type hint; file "/dev/null"; };
        zone "example.org" { type primary; file "example.org"; };
        zone "example.net" { type secondary; primaries { 127.0.0.1 port 9; }; };

        """

    private static let zone = """
        $TTL 60
        @ IN SOA ns.example.org. hostmaster.example.org. 2026112801 60 60 600 60
        @ IN NS ns.example.org.
        @ IN MX 10 ns.example.org.
        ns IN A 127.0.0.1

        """

    private static func collector(_ settings: BINDSettings, timeout: Duration = .seconds(5)) -> BINDCollector {
        BINDCollector(name: "bind", settings: settings, timeout: timeout, clock: ContinuousClock())
    }
}
