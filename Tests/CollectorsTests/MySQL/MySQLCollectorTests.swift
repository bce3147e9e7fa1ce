import Foundation
import PostwatchModel
import TestSupport
import Testing

@testable import Collectors

@Suite("MySQL and MariaDB")
struct MySQLCollectorTests {
    @Test("A real MariaDB tells its figures, and why it tells nothing")
    func realServer() async throws {
        let service = try Self.mariaDB()
        let path = service.directory.path
        let address = ServiceAddress.local(path: "\(path)/sql.sock")
        let settings = MySQLSettings(
            address: address, username: "monitor", password: .file("\(path)/secret"), labels: ["use": "mail"])
        let collector = Self.collector(settings)
        let metrics = try await service.firstAnswer(collector)
        #expect(metrics["mysql_up{use=\"mail\"}"] == 1)
        #expect(metrics["mysql_global_status_threads_connected{use=\"mail\"}"] == 1)
        #expect((metrics["mysql_global_status_uptime{use=\"mail\"}"] ?? -1) >= 0)
        #expect((metrics["mysql_global_status_questions{use=\"mail\"}"] ?? 0) > 0)
        #expect((metrics["mysql_global_status_innodb_buffer_pool_read_requests{use=\"mail\"}"] ?? 0) > 0)
        #expect(metrics["mysql_global_status_innodb_row_lock_waits{use=\"mail\"}"] == 0)
        #expect((metrics["mysql_global_status_buffer_pool_pages{state=\"free\", use=\"mail\"}"] ?? 0) > 0)
        #expect(metrics["mysql_global_status_commands_total{command=\"delete_multi\", use=\"mail\"}"] == 0)
        #expect(metrics["mysql_global_status_connection_errors_total{error=\"max_connections\", use=\"mail\"}"] == 0)
        #expect(metrics["mysql_global_variables_max_connections{use=\"mail\"}"] == 23)
        #expect(metrics["mysql_global_variables_read_only{use=\"mail\"}"] == 0)
        #expect(metrics["mysql_global_variables_innodb_buffer_pool_size{use=\"mail\"}"] == 8_388_608)
        #expect(metrics["mysql_slave_status_slave_io_running{connection_name=\"east\", use=\"mail\"}"] == 0)
        #expect(metrics["mysql_slave_status_slave_sql_running{connection_name=\"east\", use=\"mail\"}"] == 0)
        #expect(metrics["mysql_slave_status_seconds_behind_master{connection_name=\"east\", use=\"mail\"}"] == nil)
        #expect(metrics["mysql_exporter_collector_success{collector=\"slave_status\", use=\"mail\"}"] == 1)
        #expect(metrics.names(withPrefix: "mysql_version_info{").count == 1)

        // Without the privilege for replication all else is told.
        var stranger = settings
        stranger.username = "stranger"
        let less = Metrics(try Self.collector(stranger).measure(at: Timestamp(milliseconds: 0)))
        #expect(less["mysql_up{use=\"mail\"}"] == 1)
        #expect(less["mysql_exporter_collector_success{collector=\"slave_status\", use=\"mail\"}"] == 0)
        #expect(less.names(withPrefix: "mysql_slave_status").isEmpty)

        var wrong = settings
        wrong.password = nil
        let refused = #expect(throws: CollectionFailure.self) { try Self.collector(wrong).measure(at: Timestamp(milliseconds: 0)) }
        #expect(
            refused
                == .refused(
                    service: "\(address)",
                    reason: "Access denied for user 'monitor'@'localhost' (using password: NO); "
                        + "username or password is wrong, or the user may not come from this machine"))
        var encrypted = settings
        encrypted.address = .internet(host: Self.host, port: 33061)
        encrypted.tls = MySQLSettings.TLS(authorityFile: "\(path)/certificate.pem")
        #expect(Metrics(try Self.collector(encrypted).measure(at: Timestamp(milliseconds: 0)))["mysql_up{use=\"mail\"}"] == 1)
        try DatabaseCertificate.make(for: Self.host, in: path)
        let untrusted = #expect(throws: CollectionFailure.self) { try Self.collector(encrypted).measure(at: Timestamp(milliseconds: 0)) }
        #expect(untrusted.map { "\($0)".contains("self-signed certificate") } == true)

        service.freeze()
        #expect(throws: CollectionFailure.timedOut(after: .milliseconds(200), while: "\(address): it was asked to let the agent in")) {
            try Self.collector(settings, timeout: .milliseconds(200)).measure(at: Timestamp(milliseconds: 0))
        }
        service.thaw()

        service.kill()
        let gone = CollectionFailure.unreachable(
            socket: "\(address)", reason: "nobody listens; the service is not running, or its address is another")
        #expect(throws: gone) { try collector.measure(at: Timestamp(milliseconds: 0)) }
        #expect(Metrics(collector.measurements(after: gone)).values == ["mysql_up{use=\"mail\"}": 0])
    }

    @Test(
        "A server that is none is never believed, waited for or crashed on",
        arguments: [
            Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), [], [0], [UInt8](repeating: 0xFF, count: 300),
            // A greeting that is cut, one without an end, one of another protocol, and an error instead.
            [5, 0, 0, 0, 10, 0x38], [4, 0, 0, 0, 10, 0x38, 0x2E, 0x30], [1, 0, 0, 0, 9], [3, 0, 0, 0, 0xFF, 0x10, 0x04], [0, 0, 0, 0],
            [1, 0, 0, 0, 0xFF],
        ] as [[UInt8]])
    func hostile(bytes: [UInt8]) async throws {
        for repeats in [1, nil] where repeats == 1 || !bytes.isEmpty {
            let server = try await HostileServer("sql.sock", says: bytes, repeats: repeats)
            let settings = MySQLSettings(address: .local(path: "\(server.path)/sql.sock"), username: "a")
            #expect(throws: CollectionFailure.self) {
                try Self.collector(settings, timeout: .milliseconds(300)).measure(at: Timestamp(milliseconds: 0))
            }
        }
    }

    @Test("Nobody listens on a port")
    func closedPort() {
        let settings = MySQLSettings(address: .internet(host: "\(LoopbackNetwork.prefix).33.6", port: 33060), username: "a")
        let gone = CollectionFailure.unreachable(
            socket: "\(LoopbackNetwork.prefix).33.6:33060", reason: "nobody listens; the service is not running, or its address is another")
        #expect(throws: gone) { try Self.collector(settings).measure(at: Timestamp(milliseconds: 0)) }
    }

    @Test("Replication has one set of names, whatever the server calls it")
    func replication() {
        let mysql = MySQLReplication(rows: [
            [
                "Replica_IO_Running": "Connecting", "Replica_SQL_Running": "Yes", "Seconds_Behind_Source": "7", "Channel_Name": "east",
                "Source_Host": "10.0.0.1", "Last_IO_Errno": "2003",
            ]
        ])
        #expect(
            Metrics(mysql.measurements).values == [
                "mysql_slave_status_slave_io_running{channel_name=\"east\"}": 0,
                "mysql_slave_status_slave_sql_running{channel_name=\"east\"}": 1,
                "mysql_slave_status_seconds_behind_master{channel_name=\"east\"}": 7,
                "mysql_slave_status_last_io_errno{channel_name=\"east\"}": 2003,
            ])
        #expect(MySQLReplication(rows: []).measurements.isEmpty)
        let many = (0..<1000).map { ["Channel_Name": Substring("\($0)"), "Slave_IO_Running": "Yes"] }
        #expect(MySQLReplication(rows: many).measurements.flatMap(\.points).count == 32)
    }

    @Test(
        "Each server is asked for replication in its own words",
        arguments: [
            ("10.11.19-MariaDB-0+deb12u1", 101_119, "SHOW ALL SLAVES STATUS"), ("8.4.3", 80_403, "SHOW REPLICA STATUS"),
            ("8.0.21", 80_021, "SHOW SLAVE STATUS"), ("5.7.44-log", 50_744, "SHOW SLAVE STATUS"),
        ])
    func words(version: String, number: Int, statement: String) {
        #expect(MySQLReplication.statement(version: version, number: number) == statement)
    }

    @Test("Figures of the status become metrics; what is no number is left out")
    func status() {
        let status = MySQLStatus([
            "uptime": "5", "threads_running": "many", "com_select": "3", "connection_errors_accept": "1", "wsrep_ready": "ON",
            "wsrep_provider_name": "Galera",
            "innodb_buffer_pool_pages_free": "9", "innodb_buffer_pool_pages_flushed": "4",
        ])
        #expect(
            Metrics(status.measurements).values == [
                "mysql_global_status_uptime": 5, "mysql_global_status_commands_total{command=\"select\"}": 3,
                "mysql_global_status_connection_errors_total{error=\"accept\"}": 1, "mysql_global_status_wsrep_ready": 1,
                "mysql_global_status_buffer_pool_pages{state=\"free\"}": 9,
                "mysql_global_status_buffer_pool_page_changes_total{operation=\"flushed\"}": 4,
            ])
        let alone = MySQLStatus(["uptime": "5", "wsrep_ready": "OFF", "wsrep_cluster_size": "0", "wsrep_provider_name": ""])
        #expect(Metrics(alone.measurements).values == ["mysql_global_status_uptime": 5])
    }

    private static let host = "\(LoopbackNetwork.prefix).33.8"

    private static func collector(_ settings: MySQLSettings, timeout: Duration = .seconds(5)) -> some BlockingCollecting {
        MySQLCollector(name: "mysql", settings: settings, timeout: timeout, clock: ContinuousClock())
    }

    /// The user `monitor` (password `s3cret`) may see replication, the user `stranger` (password `s3cret`) may not.
    private static func mariaDB() throws -> RealService {
        let statements = """
            CREATE USER monitor@'%' IDENTIFIED BY 's3cret';
            GRANT SLAVE MONITOR ON *.* TO monitor@'%';
            CREATE USER stranger@localhost IDENTIFIED BY 's3cret';
            CHANGE MASTER 'east' TO MASTER_HOST='\(LoopbackNetwork.prefix).33.7', MASTER_PORT=1, MASTER_USER='a';

            """
        // It refuses to run as root, unless it is told another user.
        let user = geteuid() == 0 ? ["--user=mysql"] : []
        return try RealService(
            "/usr/sbin/mariadbd", package: "mariadb-server", files: ["init.sql": statements, "secret": "s3cret\n"]
        ) { directory in
            try DatabaseCertificate.make(for: host, in: directory)
            if geteuid() == 0 { try ChildProcess.run("/bin/chown", ["mysql", directory, "\(directory)/key.pem"]) }
            try ChildProcess.run(
                "/usr/bin/mariadb-install-db",
                ["--no-defaults", "--datadir=\(directory)/data", "--skip-test-db", "--auth-root-authentication-method=normal"] + user)
        } _: { directory in
            [
                "--no-defaults", "--datadir=\(directory)/data", "--socket=\(directory)/sql.sock", "--bind-address=\(host)", "--port=33061",
                "--ssl-cert=\(directory)/certificate.pem", "--ssl-key=\(directory)/key.pem",
                "--init-file=\(directory)/init.sql", "--max-connections=23", "--innodb-buffer-pool-size=8M",
                "--innodb-flush-log-at-trx-commit=0", "--pid-file=\(directory)/pid",
            ] + user
        }
    }
}
