import PostwatchModel
import TestSupport
import Testing

@testable import Collectors

@Suite("Unbound")
struct UnboundCollectorTests {
    @Test("A real server tells its figures, and is down when it has gone")
    func realServer() async throws {
        let configuration = """
            server:
                username: ""
                chroot: ""
                directory: "{directory}"
                pidfile: "{directory}/pid"
                use-syslog: no
                logfile: ""
                interface: \(LoopbackNetwork.prefix).53.53@53530
                do-udp: no
                do-tcp: yes
                num-threads: 2
                extended-statistics: yes
            remote-control:
                control-enable: yes
                control-interface: {directory}/unbound.ctl

            """
        let service = try RealService("/usr/sbin/unbound", package: "unbound", files: ["unbound.conf": configuration]) { directory in
            ["-d", "-c", "\(directory)/unbound.conf"]
        }
        let address = ServiceAddress.local(path: "\(service.directory.path)/unbound.ctl")
        let collector = UnboundCollector(
            name: "unbound", settings: UnboundSettings(address: address), timeout: .seconds(5), clock: ContinuousClock())
        let metrics = try await service.firstAnswer(collector)
        #expect(metrics["unbound_up"] == 1)
        #expect(metrics["unbound_queries_total{thread=\"0\"}"] == 0)
        #expect(metrics["unbound_queries_total{thread=\"1\"}"] == 0)
        #expect(metrics["unbound_request_list_current_all{thread=\"0\"}"] == 0)
        #expect(metrics["unbound_recursive_replies_total{thread=\"1\"}"] == 0)
        #expect(metrics["unbound_answers_bogus"] == 0)
        #expect(metrics["unbound_unwanted_queries_total"] == 0)
        #expect(metrics["unbound_answer_rcodes_total{rcode=\"SERVFAIL\"}"] == 0)
        #expect((metrics["unbound_memory_caches_bytes{cache=\"rrset\"}"] ?? 0) > 0)

        service.stop()
        let gone = #expect(throws: CollectionFailure.self) { try collector.measure(at: Timestamp(milliseconds: 0)) }
        #expect(gone.map { "\($0)".contains("takes no connection") } == true)
        #expect(Metrics(collector.measurements(after: .stopped)).values == ["unbound_up": 0])
    }

    @Test("What is no statistics is not understood")
    func otherAnswers() {
        #expect(!UnboundStatistics("hello\n").isPlausible)
        #expect(UnboundStatistics("total.num.queries=1\n").isPlausible)
    }
}
