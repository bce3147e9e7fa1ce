import PostwatchModel
import Testing

@testable import Collectors

@Suite("HAProxy")
struct HAProxyCollectorTests {
    @Test("A real one tells of its servers, and is down when it has gone")
    func realServer() async throws {
        let configuration = """
            global
                stats socket {directory}/admin.sock mode 600 level admin
                maxconn 77
            defaults
                mode tcp
                timeout connect 1s
                timeout client 1s
                timeout server 1s
            frontend imap
                bind unix@{directory}/imap.sock
                default_backend stores
            backend stores
                server store-1 unix@{directory}/none.sock
                server store-2 unix@{directory}/none.sock disabled

            """
        let service = try RealService("/usr/sbin/haproxy", package: "haproxy", files: ["haproxy.cfg": configuration]) { directory in
            ["-db", "-f", "\(directory)/haproxy.cfg"]
        }
        let address = ServiceAddress.local(path: "\(service.directory.path)/admin.sock")
        let collector = HAProxyCollector(
            name: "haproxy", settings: HAProxySettings(address: address), timeout: .seconds(5), clock: ContinuousClock())
        let metrics = try await service.firstAnswer(collector)
        #expect(metrics["haproxy_up"] == 1)
        #expect(metrics["haproxy_process_max_connections"] == 77)
        #expect(metrics["haproxy_frontend_current_sessions{proxy=\"imap\"}"] == 0)
        #expect(metrics["haproxy_backend_active_servers{proxy=\"stores\"}"] == 1)
        #expect(metrics["haproxy_server_status{proxy=\"stores\", server=\"store-1\", state=\"UP\"}"] == 1)
        #expect(metrics["haproxy_server_status{proxy=\"stores\", server=\"store-1\", state=\"DOWN\"}"] == 0)
        #expect(metrics.names(withPrefix: "haproxy_server_status{proxy=\"stores\", server=\"store-1\"").count == 5)
        #expect(metrics["haproxy_server_status{proxy=\"stores\", server=\"store-2\", state=\"MAINT\"}"] == 1)
        #expect(metrics["haproxy_server_connection_errors_total{proxy=\"stores\", server=\"store-1\"}"] == 0)

        service.kill()
        let gone = #expect(throws: CollectionFailure.self) { try collector.measure(at: Timestamp(milliseconds: 0)) }
        #expect(gone.map { "\($0)".contains("nobody listens") } == true)
        #expect(Metrics(collector.measurements(after: .stopped)).values == ["haproxy_up": 0])
    }

    @Test("Cells may stand in quotes, and a server on its way down is still up")
    func table() throws {
        let table = try #require(HAProxyTable("# pxname,svname,type,status,scur\np,\"a,b\",2,UP 1/3,4\n"))
        let metrics = Metrics(table.measurements)
        #expect(metrics["haproxy_server_current_sessions{proxy=\"p\", server=\"a,b\"}"] == 4)
        #expect(metrics["haproxy_server_status{proxy=\"p\", server=\"a,b\", state=\"UP\"}"] == 1)
        #expect(HAProxyTable("Unknown command") == nil)
    }

    @Test("Answers over HTTP are counted by class of their code, where there are any")
    func responses() throws {
        let text = "# pxname,svname,type,eresp,hrsp_2xx,hrsp_other\nweb,FRONTEND,0,,5,1\nweb,BACKEND,1,2,4,0\nmail,FRONTEND,0,,,\n"
        let metrics = Metrics(try #require(HAProxyTable(text)).measurements)
        #expect(metrics["haproxy_frontend_http_responses_total{code=\"2xx\", proxy=\"web\"}"] == 5)
        #expect(metrics["haproxy_backend_http_responses_total{code=\"other\", proxy=\"web\"}"] == 0)
        #expect(metrics["haproxy_backend_response_errors_total{proxy=\"web\"}"] == 2)
        #expect(metrics.names(withPrefix: "haproxy_frontend_http_responses_total").count == 2)
    }
}
