import Foundation
import PostwatchModel
import TestSupport
import Testing

@testable import Collectors

@Suite("PostgreSQL")
struct PostgreSQLCollectorTests {
    @Test("A real server tells its figures, and why it tells nothing")
    func realServer() async throws {
        let real = try RealPostgreSQL()
        let directory = real.service.directory
        let place = "\(directory.path)/.s.PGSQL.5432"
        let collector = Self.collector(real.settings())
        var metrics = try await real.service.firstAnswer(collector)
        #expect(metrics["pg_up{use=\"mail\"}"] == 1)
        #expect(metrics["pg_settings_max_connections{use=\"mail\"}"] == 23)
        #expect(metrics["pg_stat_activity_count{datname=\"postgres\", state=\"active\", use=\"mail\"}"] == 1)
        #expect(metrics["pg_stat_activity_max_tx_duration{datname=\"template1\", state=\"idle in transaction\", use=\"mail\"}"] == 0)
        #expect(metrics["pg_stat_database_numbackends{datname=\"postgres\", use=\"mail\"}"] == 1)
        #expect(metrics["pg_stat_database_deadlocks{datname=\"postgres\", use=\"mail\"}"] == 0)
        #expect((metrics["pg_stat_database_xact_commit{datname=\"postgres\", use=\"mail\"}"] ?? -1) >= 0)
        #expect((metrics["pg_database_size_bytes{datname=\"postgres\", use=\"mail\"}"] ?? 0) > 1_000_000)
        #expect((metrics["pg_database_wraparound_age_datfrozenxid_seconds{datname=\"postgres\", use=\"mail\"}"] ?? 0) > 0)
        #expect(metrics["pg_locks_count{datname=\"postgres\", mode=\"accesssharelock\", use=\"mail\"}"].map { $0 > 0 } == true)
        #expect(metrics["pg_locks_count{datname=\"postgres\", mode=\"accessexclusivelock\", use=\"mail\"}"] == 0)
        #expect(metrics["pg_replication_is_replica{use=\"mail\"}"] == 0)
        #expect(metrics["pg_replication_lag_seconds{use=\"mail\"}"] == 0)
        #expect(metrics["pg_stat_archiver_failed_count{use=\"mail\"}"] == 0)
        #expect((metrics["pg_postmaster_start_time_seconds{use=\"mail\"}"] ?? 0) > 1_600_000_000)
        #expect(metrics.names(withPrefix: "pg_static{").count == 1)
        #expect(metrics.names(withPrefix: "pg_scrape_collector_success").allSatisfy { metrics[$0] == 1 })
        #expect(metrics.names(withPrefix: "pg_scrape_collector_success").count == PostgreSQLStatistics.all.count)

        // The connection is kept, so the second round is answered by the same backend.
        metrics = Metrics(try collector.measure(at: Timestamp(milliseconds: 0)))
        #expect(metrics["pg_stat_database_numbackends{datname=\"postgres\", use=\"mail\"}"] == 1)

        try directory.write(Array("wrong\n".utf8), to: "wrong")
        #expect(
            throws: CollectionFailure.refused(
                service: place, reason: "password authentication failed for user \"monitor\"; username or password is wrong")
        ) { try Self.collector(real.settings(password: "wrong")).measure(at: Timestamp(milliseconds: 0)) }
        #expect(throws: CollectionFailure.refused(service: place, reason: "it wants a password; give password_file or password_env")) {
            var settings = real.settings()
            settings.password = nil
            _ = try Self.collector(settings).measure(at: Timestamp(milliseconds: 0))
        }
        let remedy = "the user stranger may not see the statistics; run: GRANT pg_monitor TO \"stranger\""
        #expect(throws: CollectionFailure.refused(service: place, reason: remedy)) {
            try Self.collector(real.settings(username: "stranger")).measure(at: Timestamp(milliseconds: 0))
        }
        #expect(throws: CollectionFailure.refused(service: place, reason: "database \"mail\" does not exist")) {
            var settings = real.settings()
            settings.database = "mail"
            _ = try Self.collector(settings).measure(at: Timestamp(milliseconds: 0))
        }

        real.service.freeze()
        #expect(throws: CollectionFailure.timedOut(after: .milliseconds(200), while: "\(place): it was asked to let the agent in")) {
            try Self.collector(real.settings(), timeout: .milliseconds(200)).measure(at: Timestamp(milliseconds: 0))
        }
        real.service.thaw()

        // A fast shutdown; SIGTERM would wait for the kept connection.
        real.service.stop(with: SIGINT)
        let gone = CollectionFailure.unreachable(
            socket: place, reason: "there is no such socket; the service is not running, or its path is another")
        #expect(throws: gone) { try collector.measure(at: Timestamp(milliseconds: 0)) }
        #expect(Metrics(collector.measurements(after: gone)).values == ["pg_up{use=\"mail\"}": 0])
    }

    @Test("A kept connection is made anew when it is dead, and given up when it hangs")
    func keptConnection() async throws {
        let real = try RealPostgreSQL()
        let collector = Self.collector(real.settings(), timeout: .seconds(1))
        _ = try await real.service.firstAnswer(collector)
        let first = try real.backends()
        #expect(first.count == 1)
        _ = try collector.measure(at: Timestamp(milliseconds: 0))
        #expect(try real.backends() == first)

        try real.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'monitor'")
        _ = try collector.measure(at: Timestamp(milliseconds: 0))
        let second = try real.backends()
        #expect(second.count == 1 && second != first)

        for backend in second { kill(backend, SIGSTOP) }
        let place = "\(real.service.directory.path)/.s.PGSQL.5432"
        #expect(throws: CollectionFailure.timedOut(after: .seconds(1), while: "\(place): its answer was awaited")) {
            try collector.measure(at: Timestamp(milliseconds: 0))
        }
        let metrics = Metrics(try collector.measure(at: Timestamp(milliseconds: 0)))
        #expect(metrics["pg_up{use=\"mail\"}"] == 1)
        for backend in second { kill(backend, SIGCONT) }
        real.service.stop(with: SIGINT)
    }

    @Test("A standby tells its figures too")
    func standby() async throws {
        let real = try RealPostgreSQL(standby: true)
        let metrics = try await real.service.firstAnswer(Self.collector(real.settings()))
        #expect(metrics["pg_replication_is_replica{use=\"mail\"}"] == 1)
        #expect(metrics.names(withPrefix: "pg_scrape_collector_success").filter { metrics[$0] != 1 } == [])
        // It has no primary that it could lose.
        #expect(metrics.names(withPrefix: "pg_stat_wal_receiver").isEmpty)
        real.service.stop(with: SIGINT)
    }

    @Test("A standby of an idle primary does not lag; that its primary is gone, and that it replays nothing, is told")
    func replication() async throws {
        let primary = try RealPostgreSQL()
        _ = try await primary.service.firstAnswer(Self.collector(primary.settings()))
        try primary.run("CREATE TABLE mail (id int)")
        let standby = try RealPostgreSQL(following: primary)
        let collector = Self.collector(standby.settings())
        let status = "pg_stat_wal_receiver_status{use=\"mail\"}"
        let lag = "pg_replication_lag_seconds{use=\"mail\"}"
        let age = "pg_replication_last_replay_seconds{use=\"mail\"}"
        func figures(where isWanted: (Metrics) -> Bool) async throws -> Metrics {
            try await standby.service.firstAnswer(collector, where: isWanted)
        }
        _ = try await figures { $0[status] == 2 }
        try primary.run("INSERT INTO mail VALUES (1)")
        let idle = try await figures { ($0[age] ?? 0) > 0.5 && $0[lag] == 0 }
        #expect(idle["pg_replication_is_replica{use=\"mail\"}"] == 1)
        #expect((idle["pg_stat_wal_receiver_last_msg_receipt_time{use=\"mail\"}"] ?? 0) > 1_600_000_000)
        #expect(idle.names(withPrefix: "pg_scrape_collector_success").filter { idle[$0] != 1 } == [])

        try standby.run("SELECT pg_wal_replay_pause()")
        try primary.run("INSERT INTO mail VALUES (2)")
        let paused = try await figures { ($0[lag] ?? 0) > 0 }
        #expect(paused[lag].map { $0 >= 0.5 } == true)
        try standby.run("SELECT pg_wal_replay_resume()")
        _ = try await figures { $0[lag] == 0 && $0[status] == 2 }

        primary.service.stop(with: SIGINT)
        let alone = try await figures { $0[status] == 0 }
        #expect(alone[lag] == 0)
        standby.service.stop(with: SIGINT)
    }

    @Test("The server's certificate is checked where that is asked for")
    func encryption() async throws {
        let real = try RealPostgreSQL(port: 54321)
        var settings = real.settings()
        settings.address = .internet(host: RealPostgreSQL.host, port: 54321)
        settings.sslMode = .verifyFull
        settings.authorityFile = "\(real.service.directory.path)/certificate.pem"
        #expect(try await real.service.firstAnswer(Self.collector(settings))["pg_up{use=\"mail\"}"] == 1)

        try DatabaseCertificate.make(for: RealPostgreSQL.host, in: real.service.directory.path)
        let untrusted = #expect(throws: CollectionFailure.self) {
            try Self.collector(settings).measure(at: Timestamp(milliseconds: 0))
        }
        #expect(untrusted.map { "\($0)".contains("certificate verify failed") } == true)
        settings.sslMode = .disable
        let refused = #expect(throws: CollectionFailure.self) { try Self.collector(settings).measure(at: Timestamp(milliseconds: 0)) }
        #expect(refused.map { "\($0)".contains("add a line for the user to pg_hba.conf") } == true)
        real.service.stop(with: SIGINT)
    }

    @Test(
        "A server that is none is never believed, waited for or crashed on",
        arguments: [
            Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), [], [0], [UInt8](repeating: 0xFF, count: 300),
            // Authentication that never ends, of two gigabytes, of an unknown kind.
            [0x52, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], [0x52, 0, 0, 0, 8, 0, 0, 0, 99], [0x52, 0, 0, 0, 3],
            // An error without a word, and one without an end.
            [0x45, 0, 0, 0, 5, 0], [0x45, 0, 0, 0, 9, 0x53, 0x41, 0x41, 0x41],
            // It lets everybody in, is ready, and sends rows that nobody asked for.
            [0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5A, 0, 0, 0, 5, 0x49, 0x44, 0, 0, 0, 6, 0xFF, 0xFF],
        ] as [[UInt8]])
    func hostile(bytes: [UInt8]) async throws {
        for repeats in [1, nil] where repeats == 1 || !bytes.isEmpty {
            let server = try await HostileServer(".s.PGSQL.5432", says: bytes, repeats: repeats)
            let settings = PostgreSQLSettings(address: .local(path: server.path), username: "a", sslMode: .disable)
            #expect(throws: CollectionFailure.self) {
                try Self.collector(settings, timeout: .milliseconds(300)).measure(at: Timestamp(milliseconds: 0))
            }
        }
    }

    @Test("Nobody listens on a port")
    func closedPort() {
        let settings = PostgreSQLSettings(address: .internet(host: "\(LoopbackNetwork.prefix).54.32", port: 54320), username: "a")
        let gone = CollectionFailure.unreachable(
            socket: "\(LoopbackNetwork.prefix).54.32:54320", reason: "nobody listens; the service is not running, or its address is another"
        )
        #expect(throws: gone) { try Self.collector(settings).measure(at: Timestamp(milliseconds: 0)) }
    }

    @Test(
        "The socket may be named by its directory",
        arguments: [
            ("/run/postgresql", "/run/postgresql/.s.PGSQL.5432"), ("/run/postgresql/", "/run/postgresql/.s.PGSQL.5432"),
            ("/run/postgresql/.s.PGSQL.5433", "/run/postgresql/.s.PGSQL.5433"),
        ])
    func sockets(path: String, socket: String) {
        #expect(PostgreSQLSettings(address: .local(path: path)).address == .local(path: socket))
    }

    private static func collector(_ settings: PostgreSQLSettings, timeout: Duration = .seconds(5)) -> PostgreSQLCollector {
        PostgreSQLCollector(name: "postgresql", settings: settings, timeout: timeout, clock: ContinuousClock())
    }
}
