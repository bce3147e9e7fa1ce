/// What is measured on one host: in kinds and numbers much like `peerbench/load.py`, from node_exporter and a Postfix exporter.
enum HostCatalogue {
    struct Entry {
        let metric: String
        let labels: [(String, String)]
        let kind: ValueKind
    }

    /// The first `count` series of a host, mixed so that a short list has the same kinds as a long one.
    static func entries(_ count: Int) -> [Entry] {
        var random = RandomSource(seed: 0)
        let all = (node() + postfix()).shuffled(using: &random)
        precondition(count <= all.count, "A host has at most \(all.count) series")
        return Array(all[..<count])
    }

    // MARK: - Private

    private static func node() -> [Entry] {
        var entries: [Entry] = []
        func add(_ metric: String, _ labels: [(String, String)], _ kind: ValueKind) {
            entries.append(Entry(metric: "node_\(metric)", labels: labels + [("job", "node")], kind: kind))
        }
        for cpu in 0..<16 {
            for mode in ["irq", "nice", "steal"] { add("cpu_seconds_total", [("cpu", "\(cpu)"), ("mode", mode)], .still(0)) }
            for mode in ["user", "system", "iowait", "softirq"] {
                add("cpu_seconds_total", [("cpu", "\(cpu)"), ("mode", mode)], .seconds(perStep: 0.6))
            }
            add("cpu_seconds_total", [("cpu", "\(cpu)"), ("mode", "idle")], .seconds(perStep: 13))
        }
        for device in ["nvme0n1", "nvme1n1", "dm-0"] {
            for metric in ["read_bytes", "written_bytes"] {
                add("disk_\(metric)_total", [("device", device)], .bytes(perStep: 2e6, unit: 4096))
            }
            for metric in ["reads_completed", "writes_completed", "reads_merged", "writes_merged", "discards_completed"] {
                add("disk_\(metric)_total", [("device", device)], .bytes(perStep: 400, unit: 1))
            }
            for metric in ["read_time", "write_time", "io_time", "io_time_weighted", "discard_time"] {
                add("disk_\(metric)_seconds_total", [("device", device)], .seconds(perStep: 0.4))
            }
            add("disk_io_now", [("device", device)], .smallGauge(below: 4))
        }
        for device in ["eth0", "eth1", "lo"] {
            for way in ["receive", "transmit"] {
                add("network_\(way)_bytes_total", [("device", device)], .bytes(perStep: 5e6, unit: 1))
                add("network_\(way)_packets_total", [("device", device)], .bytes(perStep: 6000, unit: 1))
                for fault in ["errs", "drop", "fifo", "compressed", "frame", "multicast"] {
                    add("network_\(way)_\(fault)_total", [("device", device)], .still(0))
                }
            }
            for (metric, value) in [("mtu_bytes", 1500), ("up", 1), ("carrier", 1), ("speed_bytes", 1.25e9), ("flags", 4099)] {
                add("network_\(metric)", [("device", device)], .still(value))
            }
        }
        for (device, mount) in [("/dev/nvme0n1p1", "/"), ("/dev/nvme0n1p2", "/var"), ("/dev/dm-0", "/var/mail"), ("tmpfs", "/run")] {
            let labels = [("device", device), ("fstype", "ext4"), ("mountpoint", mount)]
            for metric in ["avail_bytes", "free_bytes"] { add("filesystem_\(metric)", labels, .level(around: 400e9, unit: 4096)) }
            add("filesystem_files_free", labels, .level(around: 30e6, unit: 1))
            for (metric, value) in [("size_bytes", 1.099511627776e12), ("files", 67_108_864), ("readonly", 0), ("device_error", 0)] {
                add("filesystem_\(metric)", labels, .still(value))
            }
        }
        for field in 0..<19 { add("memory_Level\(field)_bytes", [], .level(around: 4e9, unit: 4096)) }
        for field in 0..<11 { add("memory_Fixed\(field)_bytes", [], .still(3.3554432e10)) }
        for field in 0..<6 { add("netstat_Busy\(field)", [], .bytes(perStep: 9000, unit: 1)) }
        for field in 0..<6 { add("netstat_Rare\(field)", [], .rare(perStep: 2)) }
        for window in [1, 5, 15] { add("load\(window)", [], .decimal(around: 1.5)) }
        for unit in 0..<20 {
            for state in ["activating", "active", "deactivating", "failed", "inactive"] {
                let labels = [("name", "unit-\(unit).service"), ("state", state), ("type", "simple")]
                add("systemd_unit_state", labels, .still(state == "active" ? 1 : 0))
            }
        }
        for (field, rate) in [("intr_total", 30_000), ("context_switches_total", 60_000), ("forks_total", 40.0)] {
            add(field, [], .bytes(perStep: rate, unit: 1))
        }
        add("boot_time_seconds", [], .still(1.7e9))
        return entries
    }

    private static func postfix() -> [Entry] {
        var entries: [Entry] = []
        func add(_ metric: String, _ labels: [(String, String)], _ kind: ValueKind) {
            entries.append(Entry(metric: "postfix_\(metric)", labels: labels + [("job", "postfix")], kind: kind))
        }
        for queue in ["active", "deferred", "hold", "incoming", "maildrop"] {
            add("showq_queue_depth", [("queue", queue)], .smallGauge(below: 40))
        }
        for status in ["sent", "deferred", "bounced"] {
            for transport in ["smtp", "lmtp", "local", "virtual", "relay"] {
                add("smtp_messages_processed_total", [("status", status), ("transport", transport)], .rare(perStep: 12))
            }
        }
        for stage in ["before_queue_manager", "queue_manager", "connection_setup", "transmission"] {
            for bound in ["0.001", "0.01", "0.1", "1", "10", "60", "3600", "86400", "+Inf"] {
                add("smtp_delivery_delay_seconds_bucket", [("le", bound), ("stage", stage)], .rare(perStep: 10))
            }
            add("smtp_delivery_delay_seconds_sum", [("stage", stage)], .seconds(perStep: 3))
            add("smtp_delivery_delay_seconds_count", [("stage", stage)], .rare(perStep: 12))
        }
        for metric in [
            "smtpd_connects", "smtpd_disconnects", "cleanup_messages_processed", "qmgr_messages_inserted", "qmgr_messages_removed",
        ] {
            add("\(metric)_total", [], .rare(perStep: 25))
        }
        for metric in ["smtpd_connections_lost", "smtpd_sasl_failures", "smtpd_messages_rejected", "cleanup_messages_rejected"] {
            for code in ["450", "451", "452", "550", "552", "554"] { add("\(metric)_total", [("code", code)], .rare(perStep: 0.3)) }
        }
        add("up", [], .still(1))
        return entries
    }
}
