import PostwatchModel

/// The answer to `INFO`: lines of `key:value`, with sections between them.
struct RedisInfo {
    private let fields: [String: Substring]

    init(_ text: String) {
        var fields: [String: Substring] = [:]
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[String(line[..<colon])] = line[line.index(after: colon)...]
        }
        self.fields = fields
    }

    subscript(_ key: String) -> String? { fields[key].map(String.init) }

    var measurements: [Measurement] {
        ServiceFigure.measurements(of: Self.figures, in: fields) + [keys, expiring] + (information.map { [$0] } ?? [])
    }

    // MARK: - Private

    private static let figures = [
        ServiceFigure(key: "uptime_in_seconds", metric: "redis_uptime_in_seconds", kind: .gauge, help: "Seconds since the server started."),
        ServiceFigure(key: "connected_clients", metric: "redis_connected_clients", kind: .gauge, help: "Clients that are connected."),
        ServiceFigure(
            key: "blocked_clients", metric: "redis_blocked_clients", kind: .gauge, help: "Clients that wait in a blocking command."),
        ServiceFigure(key: "maxclients", metric: "redis_config_maxclients", kind: .gauge, help: "Clients that may be connected at once."),
        ServiceFigure(key: "used_memory", metric: "redis_memory_used_bytes", kind: .gauge, help: "Memory in use by data and buffers."),
        ServiceFigure(key: "used_memory_rss", metric: "redis_memory_used_rss_bytes", kind: .gauge, help: "Memory as the kernel counts it."),
        ServiceFigure(
            key: "used_memory_peak", metric: "redis_memory_used_peak_bytes", kind: .gauge, help: "The most memory that was ever in use."),
        ServiceFigure(key: "maxmemory", metric: "redis_memory_max_bytes", kind: .gauge, help: "Limit of memory; 0: none."),
        ServiceFigure(
            key: "mem_fragmentation_ratio", metric: "redis_mem_fragmentation_ratio", kind: .gauge,
            help: "Memory of the kernel over memory in use."),
        ServiceFigure(
            key: "total_connections_received", metric: "redis_connections_received_total", kind: .counter,
            help: "Connections that were accepted."
        ),
        ServiceFigure(
            key: "rejected_connections", metric: "redis_rejected_connections_total", kind: .counter,
            help: "Connections that were refused since maxclients was reached."),
        ServiceFigure(
            key: "total_commands_processed", metric: "redis_commands_processed_total", kind: .counter,
            help: "Commands that were worked off."),
        ServiceFigure(
            key: "total_error_replies", metric: "redis_total_error_replies", kind: .counter,
            help: "Commands that were answered by an error."),
        ServiceFigure(
            key: "total_net_input_bytes", metric: "redis_net_input_bytes_total", kind: .counter, help: "Bytes that came over the network."),
        ServiceFigure(
            key: "total_net_output_bytes", metric: "redis_net_output_bytes_total", kind: .counter, help: "Bytes that went over the network."
        ),
        ServiceFigure(
            key: "keyspace_hits", metric: "redis_keyspace_hits_total", kind: .counter, help: "Keys that were looked up and found."),
        ServiceFigure(
            key: "keyspace_misses", metric: "redis_keyspace_misses_total", kind: .counter, help: "Keys that were looked up and not found."),
        ServiceFigure(key: "expired_keys", metric: "redis_expired_keys_total", kind: .counter, help: "Keys whose time was over."),
        ServiceFigure(
            key: "evicted_keys", metric: "redis_evicted_keys_total", kind: .counter, help: "Keys that gave way since memory was full."),
        ServiceFigure(key: "used_cpu_sys", metric: "redis_cpu_sys_seconds_total", kind: .counter, help: "CPU time in the kernel."),
        ServiceFigure(
            key: "used_cpu_user", metric: "redis_cpu_user_seconds_total", kind: .counter, help: "CPU time outside of the kernel."),
        ServiceFigure(
            key: "latest_fork_usec", metric: "redis_latest_fork_seconds", kind: .gauge, factor: 1e-6, help: "How long the last fork took."),
        ServiceFigure(key: "loading", metric: "redis_loading_dump_file", kind: .gauge, help: "Whether data are still being loaded."),
        ServiceFigure(
            key: "rdb_last_bgsave_status", metric: "redis_rdb_last_bgsave_status", kind: .gauge, truth: "ok",
            help: "Whether the last dump succeeded."),
        ServiceFigure(
            key: "rdb_changes_since_last_save", metric: "redis_rdb_changes_since_last_save", kind: .gauge,
            help: "Changes that are in no dump yet."),
        ServiceFigure(
            key: "rdb_last_save_time", metric: "redis_rdb_last_save_timestamp_seconds", kind: .gauge,
            help: "When the last dump was finished."),
        ServiceFigure(
            key: "aof_enabled", metric: "redis_aof_enabled", kind: .gauge, help: "Whether changes are written to an append-only file."),
        ServiceFigure(
            key: "aof_last_write_status", metric: "redis_aof_last_write_status", kind: .gauge, truth: "ok",
            help: "Whether the last write to the append-only file succeeded."),
        ServiceFigure(key: "connected_slaves", metric: "redis_connected_slaves", kind: .gauge, help: "Replicas that are connected."),
        ServiceFigure(
            key: "master_link_status", metric: "redis_master_link_up", kind: .gauge, truth: "up",
            help: "Whether a replica reaches its primary."),
        ServiceFigure(
            key: "master_last_io_seconds_ago", metric: "redis_master_last_io_seconds_ago", kind: .gauge,
            help: "Seconds since a replica heard of its primary."),
        ServiceFigure(
            key: "master_repl_offset", metric: "redis_master_repl_offset", kind: .gauge,
            help: "How far the stream of replication is, in bytes."),
    ]

    private var information: Measurement? {
        guard self["redis_version"] != nil else { return nil }
        let labels = ["role", "redis_version", "redis_mode", "os", "maxmemory_policy"].map { ($0, self[$0] ?? "") }
        return Measurement(
            "redis_instance_info", .gauge, help: "Which version this is, and whether it is a master or a slave.",
            points: [Measurement.Point(labels: LabelSet(labels), value: 1)])
    }

    private var keys: Measurement { databases("redis_db_keys", "keys", help: "Keys of each database.") }

    private var expiring: Measurement {
        databases("redis_db_keys_expiring", "expires", help: "Keys of each database whose time will be over.")
    }

    /// `db0:keys=5,expires=1,avg_ttl=100`
    private func databases(_ name: String, _ key: String, help: String) -> Measurement {
        let points = fields.keys.filter { $0.hasPrefix("db") && Int($0.dropFirst(2)) != nil }.sorted().compactMap { database in
            fields[database]?.split(separator: ",").first { $0.hasPrefix(key + "=") }.flatMap { Double($0.dropFirst(key.count + 1)) }
                .map { Measurement.Point(labels: ["db": database], value: $0) }
        }
        return Measurement(name, .gauge, help: help, points: points)
    }
}
