import Foundation
import PostwatchModel
import TestSupport
import Testing

@testable import Collectors

@Suite("Dovecot")
struct DovecotCollectorTests {
    private static let url = "http://\(LoopbackNetwork.prefix).99.0:29900"

    @Test("A real server tells what the recommended metrics count, and is down when it has gone")
    func realServer() async throws {
        let files = ["dovecot.conf": Self.configuration + (try Self.recommendation), "users": Self.users]
        let open: (String) throws -> Void = { directory in
            // Dovecot's own accounts look for their sockets and the mail in it.
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory)
            try FileManager.default.createDirectory(atPath: directory + "/mail", withIntermediateDirectories: false)
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: directory + "/mail")
            // No mailbox can be where a file is.
            try Data().write(to: URL(filePath: directory + "/mail/bob"))
        }
        let service = try RealService("/usr/sbin/dovecot", package: "dovecot-core", files: files, prepare: open) { directory in
            ["-F", "-c", "\(directory)/dovecot.conf"]
        }
        defer { service.stop() }
        let collector = collector("/metrics")
        var metrics = try await service.firstAnswer(collector)
        #expect(metrics["dovecot_up"] == 1)
        #expect(metrics.names(withPrefix: "dovecot_build_info{").count == 1)
        #expect((metrics["dovecot_process_start_time_seconds"] ?? 0) > 1_700_000_000)
        #expect(metrics["dovecot_auth_successes_total"] == 0)
        #expect(metrics["dovecot_proxy_session_established_total"] == 0)

        try signIn("joe", password: "secret")
        try signIn("joe", password: "wrong")
        try signIn("pat", password: "any")
        #expect(try deliver(to: "joe").hasPrefix("250"))
        #expect(try deliver(to: "bob").hasPrefix("451"))
        metrics = try await service.firstAnswer(collector) {
            $0["dovecot_imap_session_finished_total"] == 1 && $0["dovecot_mail_delivery_count"] == 2
                && $0["dovecot_auth_failures_total"] == 1
        }
        #expect(metrics["dovecot_auth_successes_total"] == 2)
        #expect(metrics["dovecot_imap_command_count{cmd_name=\"NOOP\"}"] == 1, "\(metrics.values.keys.sorted())")
        #expect(metrics["dovecot_imap_command_bucket{cmd_name=\"NOOP\", le=\"+Inf\"}"] == 1)
        #expect(metrics["dovecot_imap_command_bucket{cmd_name=\"NOOP\", le=\"10.000000\"}"] == 1)
        #expect(metrics["dovecot_imap_command_failures_total{cmd_name=\"EXAMINE\"}"] == 1)
        #expect(metrics["dovecot_mail_delivery_failures_total"] == 1)
        #expect(metrics["dovecot_smtp_command_count{cmd_name=\"RCPT\"}"] == 2)
        #expect(metrics["dovecot_smtp_reply_total{status_code=\"354\"}"] == nil)
        #expect((metrics["dovecot_smtp_reply_total{status_code=\"250\"}"] ?? 0) > 0)
        #expect(metrics["dovecot_proxy_session_failures_total{dest_host=\"\(LoopbackNetwork.prefix).99.1\"}"] == 1)
        let measured = try await collector.collect(at: Timestamp(milliseconds: 0))
        #expect(measured.first { $0.name == "dovecot_imap_command" }?.kind == .histogram)
        #expect(measured.first { $0.name == "dovecot_auth_failures_total" }?.kind == .counter)

        let lost = await #expect(throws: CollectionFailure.self) {
            try await self.collector("/figures").collect(at: Timestamp(milliseconds: 0))
        }
        #expect(lost?.description.contains("it is /metrics on the port of the listener http") == true, "\(String(describing: lost))")

        service.stop()
        let gone = await #expect(throws: CollectionFailure.self) { try await collector.collect(at: Timestamp(milliseconds: 0)) }
        #expect(gone?.description.contains("takes no connection: nobody listens") == true, "\(String(describing: gone))")
        #expect(Metrics(collector.measurements(after: .stopped)).values == ["dovecot_up": 0])
    }
}

extension DovecotCollectorTests {
    /// What `docs/dovecot.md` says is worth counting.
    private static var recommendation: String {
        get throws {
            let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
            return try String(contentsOf: root.appending(path: "docs/dovecot-metrics.conf"), encoding: .utf8)
        }
    }

    /// Also a proxy: for `pat` to a backend that does not listen.
    private static let configuration = """
        instance_name = postwatch-test
        base_dir = {directory}/run
        state_dir = {directory}/state
        log_path = {directory}/dovecot.log
        listen = \(LoopbackNetwork.prefix).99.0
        protocols = imap lmtp
        ssl = no
        disable_plaintext_auth = no
        auth_username_format = %n
        auth_failure_delay = 0
        mail_location = maildir:{directory}/mail/%n
        first_valid_uid = 1
        first_valid_gid = 1
        login_proxy_max_reconnects = 0
        passdb {
          driver = passwd-file
          args = {directory}/users
        }
        userdb {
          driver = static
          args = uid=nobody gid=nogroup home={directory}/mail/%n
        }
        service anvil {
          chroot =
          unix_listener anvil-auth-penalty {
            mode = 0
          }
        }
        service imap-login {
          chroot =
          inet_listener imap {
            port = 29143
          }
          inet_listener imaps {
            port = 0
          }
        }
        service lmtp {
          inet_listener lmtp {
            port = 29024
          }
        }
        service stats {
          inet_listener http {
            port = 29900
          }
        }

        """

    private static let users = """
        joe:{PLAIN}secret::::::
        bob:{PLAIN}secret::::::
        pat:::::::proxy=y nopassword=y host=\(LoopbackNetwork.prefix).99.1 port=29143

        """

    private func collector(_ path: String) -> ExpositionPageCollector<DovecotSettings> {
        ExpositionPageCollector(name: "dovecot", settings: DovecotSettings(url: Self.url + path), timeout: .seconds(5))
    }

    private func connection(port: Int) throws -> ServiceConnection {
        try ServiceConnection(
            .internet(host: "\(LoopbackNetwork.prefix).99.0", port: port), timeout: .seconds(10), clock: ContinuousClock())
    }

    private func signIn(_ user: String, password: String) throws {
        let imap = try connection(port: 29143)
        _ = try imap.line()
        for command in ["LOGIN \(user) \(password)", "NOOP", "EXAMINE nowhere", "LOGOUT"] {
            try imap.send("a \(command)\r\n")
            while try !imap.line().hasPrefix("a ") {}
        }
    }

    /// - Returns: the last reply.
    private func deliver(to user: String) throws -> String {
        let lmtp = try connection(port: 29024)
        var reply = try lmtp.line()
        for command in ["LHLO test", "MAIL FROM:<a@example.test>", "RCPT TO:<\(user)@example.test>", "DATA", "Subject: x\r\n\r\nx\r\n."] {
            try lmtp.send("\(command)\r\n")
            repeat { reply = try lmtp.line() } while reply.dropFirst(3).first == "-"
        }
        return reply
    }
}
