import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import Collectors

@Suite("Rspamd")
struct RspamdCollectorTests {
    @Test("A real controller tells its figures to whom has the password, and is down when it has gone")
    func realServer() async throws {
        let configuration = """
            options {
                filters = "";
                cache_file = "{directory}/symbols.cache";
                history_file = "{directory}/history";
                pidfile = "{directory}/pid";
                control_socket = "{directory}/control mode=0600";
                disable_hyperscan = true;
                tempdir = "{directory}";
                url_tld = "/usr/share/rspamd/effective_tld_names.dat";
                dns { nameserver = ["127.0.0.1:1"]; }
            }
            logging { type = "console"; level = "error"; }
            actions { reject = 15; "add header" = 6; }
            worker "controller" {
              bind_socket = "\(LoopbackNetwork.prefix).13.34:11334";
              count = 1;
              password = "secret";
              secure_ip = "\(LoopbackNetwork.prefix).13.35";
            }

            """
        let files = ["rspamd.conf": configuration, "password": "secret\n", "wrong": "Secret\n"]
        let service = try RealService("/usr/bin/rspamd", package: "rspamd", files: files) { directory in
            ["--no-fork", "--insecure", "--config", "\(directory)/rspamd.conf"]
        }
        defer { service.stop() }
        let directory = service.directory.path
        let collector = collector(.file("\(directory)/password"))
        var metrics = try await service.firstAnswer(collector)
        #expect(metrics["rspamd_up{filter=\"a\"}"] == 1)
        #expect(metrics["rspamd_scanned_total{filter=\"a\"}"] == 0)
        #expect(metrics["rspamd_scan_time_average{filter=\"a\"}"] == 0)

        try scan("Subject: x\r\nFrom: a@example.test\r\n\r\nHello.\r\n")
        metrics = try await service.firstAnswer(collector) { $0["rspamd_scanned_total{filter=\"a\"}"] == 1 }
        #expect(metrics["rspamd_actions_total{filter=\"a\", type=\"no action\"}"] == 1, "\(metrics.values)")
        #expect(metrics["rspamd_actions_total{filter=\"a\", type=\"reject\"}"] == 0)
        #expect((metrics["rspamd_process_start_time_seconds{filter=\"a\"}"] ?? 0) > 1_700_000_000)
        let measured = try await collector.collect(at: Timestamp(milliseconds: 0))
        #expect(measured.first { $0.name == "rspamd_scanned_total" }?.kind == .counter)
        #expect(measured.first { $0.name == "rspamd_scanned_total" }?.help == "Scanned messages.")

        let refusals: [(SecretSource?, String)] = [
            (nil, "HTTP status 401 Unauthorized: it wants a password; give password_file with the controller's"),
            (.file("\(directory)/wrong"), "HTTP status 401 Unauthorized: the password is wrong; password_file or password_env must"),
            (.file("\(directory)/none"), "the secret file \(directory)/none cannot be read"),
        ]
        for (password, text) in refusals {
            let failure = await #expect(throws: CollectionFailure.self) {
                try await self.collector(password).collect(at: Timestamp(milliseconds: 0))
            }
            #expect(failure?.description.contains(text) == true, "\(String(describing: failure))")
        }

        service.stop()
        let gone = await #expect(throws: CollectionFailure.self) { try await collector.collect(at: Timestamp(milliseconds: 0)) }
        #expect(gone?.description.contains("takes no connection: nobody listens") == true, "\(String(describing: gone))")
        #expect(Metrics(collector.measurements(after: .stopped)).values == ["rspamd_up{filter=\"a\"}": 0])
    }

    // MARK: - Private

    private func scan(_ message: String) throws {
        let address = ServiceAddress.internet(host: "\(LoopbackNetwork.prefix).13.34", port: 11334)
        let connection = try ServiceConnection(address, timeout: .seconds(10), clock: ContinuousClock())
        try connection.send("POST /checkv2 HTTP/1.0\r\nPassword: secret\r\nContent-Length: \(message.utf8.count)\r\n\r\n\(message)")
        let answer = String(decoding: try connection.bytesToEnd(), as: UTF8.self)
        #expect(answer.contains(" 200 OK\r\n"), "\(answer)")
    }

    private func collector(_ password: SecretSource?) -> ExpositionPageCollector<RspamdSettings> {
        ExpositionPageCollector(
            name: "rspamd",
            settings: RspamdSettings(
                url: "http://\(LoopbackNetwork.prefix).13.34:11334/metrics", password: password, labels: ["filter": "a"]),
            timeout: .seconds(5))
    }
}
