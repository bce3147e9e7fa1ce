import PostwatchModel
import Testing

@testable import Collectors

@Suite("ClamAV")
struct ClamAVCollectorTests {
    @Test("A real clamd tells its figures, and is down when it has gone")
    func realServer() async throws {
        let configuration = """
            LocalSocket {directory}/clamd.ctl
            DatabaseDirectory {directory}
            Foreground yes
            MaxThreads 5

            """
        let files = ["clamd.conf": configuration, "own.ndb": "Own.Signature:0:*:aabbccddeeff00112233\n"]
        let service = try RealService("/usr/sbin/clamd", package: "clamav-daemon", files: files) { directory in
            ["-c", "\(directory)/clamd.conf"]
        }
        let address = ServiceAddress.local(path: "\(service.directory.path)/clamd.ctl")
        let collector = ClamAVCollector(
            name: "clamav", settings: ClamAVSettings(address: address), timeout: .seconds(5), clock: ContinuousClock())
        let metrics = try await service.firstAnswer(collector)
        #expect(metrics["clamav_up"] == 1)
        #expect(metrics["clamav_threads_max"] == 5)
        #expect(metrics["clamav_threads_live"] == 1)
        #expect(metrics["clamav_queue_length"] == 0)
        #expect(metrics.names(withPrefix: "clamav_build_info").count == 1)

        service.kill()
        let gone = #expect(throws: CollectionFailure.self) { try collector.measure(at: Timestamp(milliseconds: 0)) }
        #expect(gone.map { "\($0)".contains("nobody listens") } == true)
        #expect(Metrics(collector.measurements(after: .stopped)).values == ["clamav_up": 0])
    }

    @Test("The version tells how old the signatures are")
    func version() throws {
        let metrics = Metrics(try #require(ClamAVVersion("ClamAV 1.0.7/27462/Sat Nov 16 09:40:10 2024\n")).measurements)
        #expect(metrics["clamav_build_info{clamav_version=\"1.0.7\", database_version=\"27462\"}"] == 1)
        // Whatever the zone of this machine is.
        let noon = 1_731_750_010.0
        #expect(metrics["clamav_database_timestamp_seconds"].map { abs($0 - noon) <= 14 * 3600 } == true)
        #expect(Metrics(try #require(ClamAVVersion("ClamAV 1.0.7")).measurements)["clamav_database_timestamp_seconds"] == nil)
        #expect(ClamAVVersion("UNKNOWN COMMAND") == nil)
    }

    @Test("Statistics without threads or queue are not understood")
    func status() {
        #expect(ClamAVCollector.status("POOLS: 1\n\nTHREADS: live 1  idle 0 max 12 idle-timeout 30\nQUEUE: 3 items\n")?["queue"] == "3")
        #expect(ClamAVCollector.status("QUEUE: 3 items\n") == nil)
        #expect(ClamAVCollector.status("") == nil)
    }
}
