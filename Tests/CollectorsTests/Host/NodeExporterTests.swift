import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import Collectors

@Suite("Beside node_exporter")
struct NodeExporterTests {
    @Test("The host's families have the same series, and counters the same values")
    func same() async throws {
        let address = "\(LoopbackNetwork.prefix).3.77:19100"
        // Debian's package leaves out more than the exporter does by itself.
        let service = try RealService("/usr/bin/prometheus-node-exporter", package: "prometheus-node-exporter") { _ in
            [
                "--web.listen-address=\(address)", "--no-collector.netdev.netlink", "--collector.netdev.device-exclude=^none$",
                "--collector.filesystem.mount-points-exclude=^/(dev|proc|sys|run/credentials/.+|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)",
                "--collector.diskstats.device-exclude=^((z?ram|loop|fd|(h|s|v|xv)d[a-z])\\d+|nvme\\d+n\\d+p\\d+)$",
            ]
        }
        defer { service.stop() }
        let page = ExporterPage(url: "http://\(address)/metrics")
        _ = try await service.firstAnswer(page)

        let world = World(clock: ContinuousClock()) { Timestamp(milliseconds: 0) }
        let collectors = CollectorSet(CollectorsConfiguration(host: .init()), world: world)
        defer { collectors.stop() }
        let before = await collectors.collect()
        let theirs = try await service.firstAnswer(page)
        let after = Metrics(await collectors.collect().measurements)
        #expect(before.failures == [])

        let families = before.measurements.filter { !$0.name.hasPrefix("node_scrape_") && $0.name != "node_time_seconds" }
        #expect(families.count > 120)
        for family in families {
            let ours = Metrics([family])
            let known = theirs.values.keys.filter { $0 == family.name || $0.hasPrefix(family.name + "{") }
            #expect(Set(ours.values.keys) == Set(known), "\(family.name)")
            for (series, value) in ours.values {
                guard let their = theirs[series], let later = after[series] else { continue }
                if Self.rises(family) {
                    // Nothing here counts as fast as to gain more between two looks at the clock of the kernel.
                    #expect(value - 0.05 <= their && their <= later + 0.05, "\(series): \(value), \(their), \(later)")
                } else if Self.stands.contains(family.name) {
                    #expect(value == their, "\(series)")
                }
            }
        }
        for prefix in ["node_memory_", "node_netstat_", "node_sockstat_", "node_vmstat_", "node_pressure_", "node_load"] {
            #expect(Metrics(before.measurements).names(withPrefix: prefix) == theirs.names(withPrefix: prefix))
        }
    }

    // MARK: - Private

    private static func rises(_ family: Collectors.Measurement) -> Bool {
        switch family.kind {
        case .counter: true
        case .unknown: !["node_netstat_Tcp_CurrEstab", "node_netstat_Ip_Forwarding"].contains(family.name)
        case .gauge, .histogram: false
        }
    }

    /// Gauges that do not change from one moment to the next.
    private static let stands: Set<String> = [
        "node_boot_time_seconds", "node_filefd_maximum", "node_filesystem_device_error", "node_filesystem_files",
        "node_filesystem_readonly", "node_filesystem_size_bytes", "node_memory_MemTotal_bytes", "node_memory_SwapTotal_bytes",
        "node_nf_conntrack_entries_limit", "node_timex_frequency_adjustment_ratio", "node_timex_loop_time_constant", "node_timex_status",
        "node_timex_sync_status", "node_timex_tai_offset_seconds", "node_timex_tick_seconds", "node_uname_info",
    ]
}
