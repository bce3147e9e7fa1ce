import PostwatchModel
import Testing

@testable import Collectors

@Suite("nginx")
struct NginxCollectorTests {
    @Test("A real server tells its figures, refuses what it does not know, and is down when it has gone")
    func realServer() async throws {
        let configuration = """
            daemon off;
            user root;
            pid {directory}/pid;
            error_log {directory}/error.log;
            events { worker_connections 64; }
            http {
                access_log off;
                server { listen unix:{directory}/nginx.sock; location = /status { stub_status; } location / { return 404; } }
            }
            """
        let service = try RealService("/usr/sbin/nginx", package: "nginx-light", files: ["nginx.conf": configuration]) { directory in
            ["-c", "\(directory)/nginx.conf", "-p", directory, "-e", "\(directory)/error.log"]
        }
        let socket = "http+unix://\(service.directory.path.replacing("/", with: "%2F"))%2Fnginx.sock"
        let collector = NginxCollector(name: "nginx", settings: NginxSettings(url: "\(socket)/status"), timeout: .seconds(5))
        let metrics = try await service.firstAnswer(collector)
        #expect(metrics["nginx_up"] == 1)
        #expect(metrics["nginx_connections_active"] == 1)
        #expect(metrics["nginx_connections_writing"] == 1)
        #expect(metrics["nginx_http_requests_total"].map { $0 >= 1 } == true)

        let lost = NginxCollector(name: "nginx", settings: NginxSettings(url: "\(socket)/none"), timeout: .seconds(5))
        await #expect(throws: CollectionFailure.refused(service: "\(socket)/none", reason: "HTTP status 404 Not Found")) {
            try await lost.collect(at: Timestamp(milliseconds: 0))
        }

        service.stop()
        let gone = await #expect(throws: CollectionFailure.self) { try await collector.collect(at: Timestamp(milliseconds: 0)) }
        #expect(gone?.description.contains("takes no connection: there is no such socket") == true, "\(String(describing: gone))")
        #expect(Metrics(collector.measurements(after: .stopped)).values == ["nginx_up": 0])
    }

    @Test("A page that is none of stub_status is not understood")
    func otherPages() {
        #expect(NginxCollector.status("<html>\n1\n2\n3") == nil)
        #expect(NginxCollector.status("") == nil)
        let page = "Active connections: 291 \nserver accepts handled requests\n 16 15 31 \nReading: 6 Writing: 179 Waiting: 106 \n"
        #expect(
            NginxCollector.status(page) == [
                "active": "291", "accepted": "16", "handled": "15", "requests": "31", "reading": "6", "writing": "179", "waiting": "106",
            ])
    }
}
