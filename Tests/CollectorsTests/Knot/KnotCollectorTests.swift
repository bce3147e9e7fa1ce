import PostwatchModel
import TestSupport
import Testing

@testable import Collectors

@Suite("Knot DNS")
struct KnotCollectorTests {
    @Test("A real server tells its figures, and why it tells nothing")
    func realServer() async throws {
        let service = try RealService(
            "/usr/sbin/knotd", package: "knot", files: ["knot.conf": Self.configuration, "example.org.zone": Self.zone]
        ) { directory in ["-c", "\(directory)/knot.conf"] }
        let address = ServiceAddress.local(path: "\(service.directory.path)/knot.sock")
        let collector = Self.collector(KnotSettings(address: address))
        let before = try await service.firstAnswer(collector)
        #expect(before["knot_up"] == 1)
        #expect(before["knot_stats_zone_count{module=\"server\"}"] == 2)
        #expect(before["knot_stats_server_operation_total{module=\"mod-stats\", type=\"query\"}"] == 0)
        #expect(before["knot_stats_response_code_total{module=\"mod-stats\", type=\"SERVFAIL\"}"] == 0)
        #expect(before.names(withPrefix: "knot_stats_query_type").isEmpty)

        let server = ServiceAddress.internet(host: "\(LoopbackNetwork.prefix).53.55", port: 53534)
        #expect(try DNSQuestion(name: "example.org", type: 15).responseCode(of: server) == 0)
        #expect(try DNSQuestion(name: "none.example.org", type: 1).responseCode(of: server) == 3)
        #expect(try DNSQuestion(name: "elsewhere.test", type: 1).responseCode(of: server) == 5)
        let metrics = Metrics(try collector.measure(at: Timestamp(milliseconds: 0)))
        #expect(metrics["knot_stats_server_operation_total{module=\"mod-stats\", type=\"query\"}"] == 3)
        #expect(metrics["knot_stats_request_protocol_total{module=\"mod-stats\", type=\"tcp4\"}"] == 3)
        #expect(metrics["knot_stats_request_protocol_total{module=\"mod-stats\", type=\"udp4\"}"] == 0)
        #expect(metrics["knot_stats_response_code_total{module=\"mod-stats\", type=\"REFUSED\"}"] == 1)
        #expect(metrics["knot_stats_query_type_total{module=\"mod-stats\", type=\"MX\"}"] == 1)
        #expect(
            metrics["knot_zone_stats_response_code_total{module=\"mod-stats\", type=\"NXDOMAIN\", zone=\"example.org.\"}"] == 1)
        #expect(metrics.names(withPrefix: "knot_zone_serial") == ["knot_zone_serial{zone=\"example.org.\"}"])
        #expect(metrics["knot_zone_serial{zone=\"example.org.\"}"] == 2_026_112_801)
        #expect(metrics["knot_zone_status_refresh_seconds{zone=\"example.net.\"}"] != nil)

        for zones in [0, 1] {
            let few = Metrics(try Self.collector(KnotSettings(address: address, zones: zones)).measure(at: Timestamp(milliseconds: 0)))
            #expect(few["knot_stats_zone_count{module=\"server\"}"] == 2)
            #expect(few.names(withPrefix: "knot_zone").isEmpty)
        }

        service.freeze()
        #expect(throws: CollectionFailure.timedOut(after: .milliseconds(200), while: "\(address): its answer was awaited")) {
            try Self.collector(KnotSettings(address: address), timeout: .milliseconds(200)).measure(at: Timestamp(milliseconds: 0))
        }
        service.thaw()

        service.kill()
        let gone = #expect(throws: CollectionFailure.self) { try collector.measure(at: Timestamp(milliseconds: 0)) }
        #expect(gone.map { "\($0)".contains("takes no connection: nobody listens") } == true)
        #expect(Metrics(collector.measurements(after: .stopped)).values == ["knot_up": 0])
    }

    @Test("Counters get their labels from what they count, and those without name or number do not count")
    func counters() {
        let statistics = KnotStatistics([
            KnotUnit(section: "server", item: "zone-count", data: "3"),
            KnotUnit(section: "mod-rrl", item: "dropped", data: "4"),
            KnotUnit(section: "mod-stats", item: "query-type", id: "A", data: "5"),
            KnotUnit(section: "mod-stats", item: "query-type", id: "A", data: "6"),
            KnotUnit(section: "mod-stats", item: "query-type", id: "MX", data: "0"),
            KnotUnit(section: "mod-stats", item: "query-type", id: "NS", zone: "a.", data: "7"),
            KnotUnit(section: "mod-stats", item: "", data: "1"), KnotUnit(section: "mod-stats", item: "a b", data: "1"),
            KnotUnit(section: "mod-stats", item: "a", data: "-1"), KnotUnit(section: "mod-stats", item: "a", data: "1e999"),
        ])
        #expect(statistics.zoneCount == 3)
        #expect(
            Metrics(statistics.measurements).values == [
                "knot_stats_zone_count{module=\"server\"}": 3, "knot_stats_dropped_total{module=\"mod-rrl\"}": 4,
                "knot_stats_query_type_total{module=\"mod-stats\", type=\"A\"}": 6,
                "knot_zone_stats_query_type_total{module=\"mod-stats\", type=\"NS\", zone=\"a.\"}": 7,
            ])
        #expect(statistics.measurements.map(\.help).last == "What the module counts as query-type, by zone.")
        #expect(KnotStatistics([]).zoneCount == nil)
    }

    @Test(
        "When an event of a zone comes is read as knotc prints it",
        arguments: [
            ("+17s", 17.0), ("+9m57s", 597), ("+2Y2M20D4h26m38s", 69_999_998), ("-1h", -3600), ("pending", 0), ("running", 0),
            ("-", nil), ("not scheduled", nil), ("frozen", nil), ("", nil), ("+", nil), ("+5", nil), ("+s", nil), ("+5x", nil),
            ("17s", nil),
        ])
    func events(text: String, seconds: Double?) {
        #expect(KnotZoneStatus.seconds(text) == seconds)
    }

    @Test("Facts about zones become a series for each zone")
    func zones() {
        let status = KnotZoneStatus([
            KnotUnit(zone: "a.", type: "role", data: "slave"), KnotUnit(zone: "a.", type: "serial", data: "12"),
            KnotUnit(zone: "a.", type: "refresh", data: "+1m"), KnotUnit(zone: "a.", type: "expiration", data: "+1D"),
            KnotUnit(zone: "b.", type: "serial", data: "none"), KnotUnit(zone: "b.", type: "refresh", data: "-"),
            KnotUnit(zone: "c.", type: "serial", data: "4294967296"), KnotUnit(type: "serial", data: "1"),
        ])
        #expect(
            Metrics(status.measurements).values == [
                "knot_zone_serial{zone=\"a.\"}": 12, "knot_zone_status_refresh_seconds{zone=\"a.\"}": 60,
                "knot_zone_status_expiration_seconds{zone=\"a.\"}": 86_400,
            ])
    }

    private static let configuration = """
        server:
            rundir: "{directory}"
            listen: \(LoopbackNetwork.prefix).53.55@53534
            udp-workers: 1
            tcp-workers: 1
            background-workers: 1
        control:
            listen: "{directory}/knot.sock"
        database:
            storage: "{directory}"
            journal-db-max-size: 10M
            kasp-db-max-size: 10M
            timer-db-max-size: 10M
        mod-stats:
          - id: all
            query-type: on
        remote:
          - id: nobody
            address: \(LoopbackNetwork.prefix).53.55@9
        template:
          - id: default
            storage: "{directory}"
            global-module: mod-stats/all
        zone:
          - domain: example.org
            module: mod-stats/all
          - domain: example.net
            master: nobody

        """

    private static let zone = """
        $TTL 60
        @ IN SOA ns.example.org. hostmaster.example.org. 2026112801 60 60 600 60
        @ IN NS ns.example.org.
        @ IN MX 10 ns.example.org.
        ns IN A 127.0.0.1

        """

    private static func collector(_ settings: KnotSettings, timeout: Duration = .seconds(5)) -> KnotCollector {
        KnotCollector(name: "knot", settings: settings, timeout: timeout, clock: ContinuousClock())
    }
}
