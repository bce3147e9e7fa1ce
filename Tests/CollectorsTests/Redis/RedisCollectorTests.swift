import Foundation
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import Collectors

@Suite("Redis")
struct RedisCollectorTests {
    @Test("A real server tells its figures, and why it tells nothing")
    func realServer() async throws {
        let service = try RealService("/usr/bin/redis-server", package: "redis-server", files: ["password": "s3cret\n"]) { directory in
            ["--port", "0", "--unixsocket", "\(directory)/redis.sock", "--save", "", "--requirepass", "s3cret", "--maxclients", "77"]
        }
        let path = service.directory.path
        let address = ServiceAddress.local(path: "\(path)/redis.sock")
        let collector = Self.collector(RedisSettings(address: address, password: .file("\(path)/password"), labels: ["use": "sessions"]))
        let metrics = try await service.firstAnswer(collector)
        #expect(metrics["redis_up{use=\"sessions\"}"] == 1)
        #expect(metrics["redis_config_maxclients{use=\"sessions\"}"] == 77)
        #expect(metrics["redis_connected_clients{use=\"sessions\"}"] == 1)
        #expect(metrics["redis_memory_max_bytes{use=\"sessions\"}"] == 0)
        #expect((metrics["redis_memory_used_bytes{use=\"sessions\"}"] ?? 0) > 100_000)
        #expect(metrics["redis_keyspace_misses_total{use=\"sessions\"}"] == 0)
        #expect(metrics["redis_rdb_last_bgsave_status{use=\"sessions\"}"] == 1)
        #expect(metrics.names(withPrefix: "redis_instance_info{maxmemory_policy=\"noeviction\", os=\"").count == 1)

        #expect(
            throws: CollectionFailure.refused(
                service: "\(address)", reason: "it wants a password; give password_file, and username if there is an ACL")
        ) { try Self.collector(RedisSettings(address: address)).measure(at: Timestamp(milliseconds: 0)) }
        #expect(throws: CollectionFailure.refused(service: "\(address)", reason: "the user or the password is wrong")) {
            try Self.collector(RedisSettings(address: address, username: "nobody", password: .file("\(path)/password")))
                .measure(at: Timestamp(milliseconds: 0))
        }

        service.freeze()
        #expect(throws: CollectionFailure.timedOut(after: .milliseconds(200), while: "\(address): its answer was awaited")) {
            try Self.collector(RedisSettings(address: address, password: .file("\(path)/password")), timeout: .milliseconds(200))
                .measure(at: Timestamp(milliseconds: 0))
        }
        service.thaw()

        service.kill()
        let reason = "nobody listens; the service is not running, or its address is another"
        let gone = CollectionFailure.unreachable(socket: "\(address)", reason: reason)
        #expect(throws: gone) { try collector.measure(at: Timestamp(milliseconds: 0)) }
        #expect(Metrics(collector.measurements(after: gone)).values == ["redis_up{use=\"sessions\"}": 0])
    }

    @Test("Figures of INFO become metrics; what is no number is left out")
    func info() {
        let info = RedisInfo(
            """
            # Server\r
            redis_version:7.0.15\r
            used_memory:1024\r
            latest_fork_usec:1500\r
            master_link_status:down\r
            aof_last_write_status:err\r
            maxmemory:soon\r
            role:slave\r
            # Keyspace\r
            db0:keys=5,expires=1,avg_ttl=100\r
            db12:keys=7,expires=0,avg_ttl=0\r
            """)
        #expect(
            Metrics(info.measurements).values == [
                "redis_memory_used_bytes": 1024, "redis_latest_fork_seconds": 0.0015, "redis_master_link_up": 0,
                "redis_aof_last_write_status": 0, "redis_instance_info{redis_version=\"7.0.15\", role=\"slave\"}": 1,
                "redis_db_keys{db=\"db0\"}": 5, "redis_db_keys{db=\"db12\"}": 7, "redis_db_keys_expiring{db=\"db0\"}": 1,
                "redis_db_keys_expiring{db=\"db12\"}": 0,
            ])
    }

    private static func collector(_ settings: RedisSettings, timeout: Duration = .seconds(5)) -> some BlockingCollecting {
        RedisCollector(name: "redis", settings: settings, timeout: timeout, clock: ContinuousClock())
    }
}
