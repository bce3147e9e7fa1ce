import Foundation
import PostwatchModel
import TestSupport
import Testing

@testable import Collectors

@Suite("Dovecot's sessions and processes")
struct DovecotProcessesCollectorTests {
    @Test("A real one tells of two sessions of one user, and is down when it has gone")
    func realDovecot() async throws {
        let service = try RealService(
            "/usr/sbin/dovecot", package: "dovecot-imapd", files: ["dovecot.conf": Self.configuration, "users": "ann:{PLAIN}secret\n"]
        ) { directory in
            chmod(directory, 0o755)
            return ["-F", "-c", "\(directory)/dovecot.conf"]
        }
        let collector = collector("\(service.directory.path)/run")
        var metrics = try await service.firstAnswer(collector)
        #expect(metrics["dovecot_processes_up"] == 1)
        #expect(metrics["dovecot_sessions{service=\"imap\"}"] == 0)
        #expect(metrics["dovecot_process_limit{service=\"imap\"}"] == 7)
        #expect(metrics["dovecot_client_limit{service=\"imap\"}"] == 1)
        #expect(metrics["dovecot_processes{service=\"imap\"}"] == 0)
        #expect(metrics["dovecot_processes{service=\"anvil\"}"] == 1)

        let sessions = try ChildProcess(
            "/usr/bin/python3", ["-c", Self.client, "\(LoopbackNetwork.prefix).26.1", "20143"], log: "\(service.directory.path)/client.log")
        try await until {
            metrics = try Metrics(collector.measure(at: Timestamp(milliseconds: 0)))
            return metrics["dovecot_sessions{service=\"imap\"}"] == 2
        }
        #expect(metrics["dovecot_session_users{service=\"imap\"}"] == 1)
        #expect(metrics["dovecot_processes{service=\"imap\"}"] == 2)
        #expect(metrics["dovecot_processes_available{service=\"imap\"}"] == 0)
        #expect(metrics["dovecot_processes_started_total{service=\"imap\"}"] == 2)
        #expect(metrics["dovecot_service_clients_waiting{service=\"imap\"}"] == 0)
        #expect(metrics["dovecot_process_failures{service=\"imap\"}"] == 0)
        #expect(!metrics.values.keys.contains { $0.contains("ann") })
        sessions.end(with: SIGTERM)

        service.stop()
        let gone = #expect(throws: CollectionFailure.self) { try collector.measure(at: Timestamp(milliseconds: 0)) }
        #expect(gone.map { "\($0)".contains("Dovecot is not running") } == true)
        #expect(Metrics(collector.measurements(after: .stopped)).values == ["dovecot_processes_up": 0])
    }

    @Test("gives up on a Dovecot that does not answer")
    func frozen() {
        let tree = TemporaryTree()
        let socket = FakeShowq(at: "\(tree.root)/master", .frozen)
        let failure = #expect(throws: CollectionFailure.self) {
            try collector(tree.root, timeout: .milliseconds(20)).measure(at: Timestamp(milliseconds: 0))
        }
        #expect(failure.map { "\($0)".contains("no answer within 10ms") } == true)
        withExtendedLifetime(socket) {}
    }

    @Test(
        "does not take another answer for sessions",
        arguments: [
            ("hello\n", "is not understood: found a line of 5 bytes with 1 fields, which is no session"),
            ("ann@example.org\t1\t1\n", "found a line of 19 bytes with 3 fields, which is no session"),
            ("imap/1.2.3.4/ann\t1\n", "which is no session"),
            ("imap/1.2.3.4/ann\t1\tx\n\n", "which is no session"),
            ("im ap/1.2.3.4/ann\t1\t1\n\n", "which is no session"),
            ("imap/1.2.3.4/ann\t1\t-1\n\n", "which is no session"),
            ("imap/1.2.3.4/ann\t1\t1\n", "the end of the answer in the middle of a line"),
            ("VERSION\tanvil-server\t2\t0\n", "another version than Dovecot 2.3"),
        ])
    func otherSessions(answer: String, text: String) {
        let tree = TemporaryTree()
        let socket = FakeShowq(at: "\(tree.root)/anvil", .answers(Array(answer.utf8)))
        let failure = #expect(throws: CollectionFailure.self) {
            try collector(tree.root, countsServices: false).measure(at: Timestamp(milliseconds: 0))
        }
        #expect(failure.map { "\($0)".contains(text) } == true)
        withExtendedLifetime(socket) {}
    }

    @Test(
        "does not take another answer for services",
        arguments: [
            ("220 mail.example ESMTP\r\n", "where Dovecot 2.3 says its version"), ("VERSION\tmaster-server\t2\t0\n", "says its version"),
            ("VERSION\tmaster-server\t1\t0\nimap\n", "\"imap\", which is no service"),
            ("VERSION\tmaster-server\t1\t0\n\(service)\n\(service)\n\n", "which is no service"),
            ("VERSION\tmaster-server\t1\t0\n\(service)\n", "the end of the answer in the middle of a line"),
        ])
    func otherServices(answer: String, text: String) {
        let tree = TemporaryTree()
        let socket = FakeShowq(at: "\(tree.root)/master", .answers(Array(answer.utf8)))
        let failure = #expect(throws: CollectionFailure.self) { try collector(tree.root).measure(at: Timestamp(milliseconds: 0)) }
        #expect(failure.map { "\($0)".contains(text) } == true)
        withExtendedLifetime(socket) {}
    }

    private static let service = "imap\t3\t0\t1024\t1\t0\t0\t0\t0\tn\ty\tn\t3"

    @Test("counts sessions with and without an address, of names with anything in them")
    func sessions() throws {
        var sessions = DovecotSessions()
        for line in ["imap/::1/ann/b\t1\t1", "imap/1.2.3.4/ann/b\t2\t3", "lmtp/bob\t3\t1", "imap/1.2.3.4/\t4\t1"] { try sessions.add(line) }
        let metrics = Metrics(sessions.measurements)
        #expect(
            metrics.values == [
                "dovecot_sessions{service=\"imap\"}": 5, "dovecot_session_users{service=\"imap\"}": 2,
                "dovecot_sessions{service=\"lmtp\"}": 1, "dovecot_session_users{service=\"lmtp\"}": 1,
                "dovecot_sessions{service=\"pop3\"}": 0, "dovecot_session_users{service=\"pop3\"}": 0,
            ])
    }

    @Test("stops at more services than there can be")
    func tooManyServices() {
        var sessions = DovecotSessions()
        #expect(throws: DovecotSessions.Fault.tooMany) {
            for number in 0..<1000 { try sessions.add("service-\(number)/ann\t1\t1") }
        }
    }

    @Test(
        "A line of the master is a service or it is nothing",
        arguments: [
            (service, true), ("imap\t3\t0\t1024\t1\t0\t0\t0\t0\ty", true), ("", false),
            ("imap", false),
            ("imap\t3\t0\t1024\t1\t0\t0\t0\t0\tx\ty\tn\t3", false), ("\t3\t0\t1024\t1\t0\t0\t0\t0\tn\ty\tn\t3", false),
            ("imap\tx\t0\t1024\t1\t0\t0\t0\t0\tn\ty\tn\t3", false), ("a{b=\"\"}\t3\t0\t1024\t1\t0\t0\t0\t0\tn\ty\tn\t3", false),
        ])
    func services(line: String, isService: Bool) {
        #expect((DovecotService(line) != nil) == isService)
    }

    private func collector(
        _ directory: String, countsServices: Bool = true, timeout: Duration = .seconds(5)
    ) -> DovecotProcessesCollector {
        DovecotProcessesCollector(
            name: "dovecot_processes", settings: DovecotProcessesSettings(baseDirectory: directory, countsServices: countsServices),
            timeout: timeout, clock: ContinuousClock())
    }

    private func until(_ condition: () throws -> Bool) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(20)
        while try !condition() {
            guard clock.now < deadline else { throw RealService.NotReady(description: "not within 20 s") }
            try await clock.sleep(for: .milliseconds(50))
        }
    }

    private static let client = """
        import socket, sys, time
        connections = []
        for number in range(2):
            connection = socket.create_connection((sys.argv[1], int(sys.argv[2])))
            connection.recv(1000)
            connection.sendall(b"a LOGIN ann secret\\r\\n")
            print(connection.recv(2000), flush=True)
            connections.append(connection)
        time.sleep(60)
        """

    private static let configuration = """
        base_dir = {directory}/run
        state_dir = {directory}/state
        log_path = {directory}/dovecot.log
        listen = \(LoopbackNetwork.prefix).26.1
        ssl = no
        disable_plaintext_auth = no
        protocols = imap
        first_valid_uid = 1
        first_valid_gid = 1
        mail_location = maildir:{directory}/mail/%u
        passdb {
          driver = passwd-file
          args = {directory}/users
        }
        userdb {
          driver = static
          args = uid=nobody gid=nogroup home={directory}/mail/%u
        }
        service anvil {
          chroot =
        }
        service imap {
          process_limit = 7
        }
        service imap-login {
          chroot =
          inet_listener imap {
            port = 20143
          }
          inet_listener imaps {
            port = 0
          }
        }

        """
}
