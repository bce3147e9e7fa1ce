import PostwatchModel
import Testing

@testable import Collectors

@Suite("memcached")
struct MemcachedCollectorTests {
    @Test("A real server tells its figures, and is down when it has gone")
    func realServer() async throws {
        let service = try RealService("/usr/bin/memcached", package: "memcached") { directory in
            ["-u", "root", "-s", "\(directory)/memcached.sock", "-m", "64", "-c", "77"]
        }
        let address = ServiceAddress.local(path: "\(service.directory.path)/memcached.sock")
        let collector = MemcachedCollector(
            name: "memcached", settings: MemcachedSettings(address: address), timeout: .seconds(5), clock: ContinuousClock())
        let metrics = try await service.firstAnswer(collector)
        #expect(metrics["memcached_up"] == 1)
        #expect(metrics["memcached_max_connections"] == 77)
        #expect(metrics["memcached_limit_bytes"] == 67_108_864)
        #expect(metrics["memcached_current_items"] == 0)
        #expect(metrics["memcached_commands_total{command=\"get\", status=\"miss\"}"] == 0)
        #expect(metrics["memcached_commands_total{command=\"set\", status=\"hit\"}"] == 0)
        let client = try ServiceConnection(address, timeout: .seconds(5), clock: ContinuousClock())
        try client.send("set a 0 0 1\r\nx\r\ncas a 0 0 1 12345\r\ny\r\n")
        #expect(try [client.line(), client.line()] == ["STORED", "EXISTS"])
        let later = Metrics(try collector.measure(at: Timestamp(milliseconds: 0)))
        #expect(later["memcached_commands_total{command=\"set\", status=\"hit\"}"] == 1)
        #expect(later["memcached_commands_total{command=\"cas\", status=\"badval\"}"] == 1)
        #expect(later["memcached_commands_total{command=\"flush\", status=\"hit\"}"] == 0)
        #expect(metrics.names(withPrefix: "memcached_version").count == 1)

        service.stop()
        let gone = #expect(throws: CollectionFailure.self) { try collector.measure(at: Timestamp(milliseconds: 0)) }
        #expect(gone.map { "\($0)".contains("takes no connection") } == true)
        #expect(Metrics(collector.measurements(after: .stopped)).values == ["memcached_up": 0])
    }
}
