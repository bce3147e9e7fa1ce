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
        Self.figures.compactMap(measurement) + [information, keys].compactMap { $0 }
    }

    // MARK: - Private

    /// One number of `INFO` and the metric that it becomes.
    private struct Figure {
        let key: String
        let metric: String
        let kind: Measurement.Kind
        var factor = 1.0
        /// The word that counts as 1; all others as 0.
        var truth: String?
        let help: String
    }

    private static let figures = [
        Figure(key: "uptime_in_seconds", metric: "uptime_in_seconds", kind: .gauge, help: "Seconds since the server started."),
        Figure(key: "connected_clients", metric: "connected_clients", kind: .gauge, help: "Clients that are connected."),
        Figure(key: "blocked_clients", metric: "blocked_clients", kind: .gauge, help: "Clients that wait in a blocking command."),
        Figure(key: "maxclients", metric: "config_maxclients", kind: .gauge, help: "Clients that may be connected at once."),
        Figure(key: "used_memory", metric: "memory_used_bytes", kind: .gauge, help: "Memory in use by data and buffers."),
        Figure(key: "used_memory_rss", metric: "memory_used_rss_bytes", kind: .gauge, help: "Memory as the kernel counts it."),
        Figure(key: "used_memory_peak", metric: "memory_used_peak_bytes", kind: .gauge, help: "The most memory that was ever in use."),
        Figure(key: "maxmemory", metric: "memory_max_bytes", kind: .gauge, help: "Limit of memory; 0: none."),
        Figure(
            key: "mem_fragmentation_ratio", metric: "mem_fragmentation_ratio", kind: .gauge,
            help: "Memory of the kernel over memory in use."),
        Figure(
            key: "total_connections_received", metric: "connections_received_total", kind: .counter, help: "Connections that were accepted."
        ),
        Figure(
            key: "rejected_connections", metric: "rejected_connections_total", kind: .counter,
            help: "Connections that were refused since maxclients was reached."),
        Figure(key: "total_commands_processed", metric: "commands_processed_total", kind: .counter, help: "Commands that were worked off."),
        Figure(key: "total_error_replies", metric: "total_error_replies", kind: .counter, help: "Commands that were answered by an error."),
        Figure(key: "total_net_input_bytes", metric: "net_input_bytes_total", kind: .counter, help: "Bytes that came over the network."),
        Figure(key: "total_net_output_bytes", metric: "net_output_bytes_total", kind: .counter, help: "Bytes that went over the network."),
        Figure(key: "keyspace_hits", metric: "keyspace_hits_total", kind: .counter, help: "Keys that were looked up and found."),
        Figure(key: "keyspace_misses", metric: "keyspace_misses_total", kind: .counter, help: "Keys that were looked up and not found."),
        Figure(key: "expired_keys", metric: "expired_keys_total", kind: .counter, help: "Keys whose time was over."),
        Figure(key: "evicted_keys", metric: "evicted_keys_total", kind: .counter, help: "Keys that gave way since memory was full."),
        Figure(key: "used_cpu_sys", metric: "cpu_sys_seconds_total", kind: .counter, help: "CPU time in the kernel."),
        Figure(key: "used_cpu_user", metric: "cpu_user_seconds_total", kind: .counter, help: "CPU time outside of the kernel."),
        Figure(key: "latest_fork_usec", metric: "latest_fork_seconds", kind: .gauge, factor: 1e-6, help: "How long the last fork took."),
        Figure(key: "loading", metric: "loading_dump_file", kind: .gauge, help: "Whether data are still being loaded."),
        Figure(
            key: "rdb_last_bgsave_status", metric: "rdb_last_bgsave_status", kind: .gauge, truth: "ok",
            help: "Whether the last dump succeeded."),
        Figure(
            key: "rdb_changes_since_last_save", metric: "rdb_changes_since_last_save", kind: .gauge,
            help: "Changes that are in no dump yet."),
        Figure(
            key: "rdb_last_save_time", metric: "rdb_last_save_timestamp_seconds", kind: .gauge, help: "When the last dump was finished."),
        Figure(key: "aof_enabled", metric: "aof_enabled", kind: .gauge, help: "Whether changes are written to an append-only file."),
        Figure(
            key: "aof_last_write_status", metric: "aof_last_write_status", kind: .gauge, truth: "ok",
            help: "Whether the last write to the append-only file succeeded."),
        Figure(key: "connected_slaves", metric: "connected_slaves", kind: .gauge, help: "Replicas that are connected."),
        Figure(
            key: "master_link_status", metric: "master_link_up", kind: .gauge, truth: "up", help: "Whether a replica reaches its primary."),
        Figure(
            key: "master_last_io_seconds_ago", metric: "master_last_io_seconds_ago", kind: .gauge,
            help: "Seconds since a replica heard of its primary."),
        Figure(
            key: "master_repl_offset", metric: "master_repl_offset", kind: .gauge, help: "How far the stream of replication is, in bytes."),
        Figure(key: "slowlog_length", metric: "slowlog_length", kind: .gauge, help: "Entries in the log of slow commands."),
    ]

    private func measurement(_ figure: Figure) -> Measurement? {
        guard let text = fields[figure.key] else { return nil }
        if let truth = figure.truth {
            return Measurement("redis_" + figure.metric, figure.kind, help: figure.help, value: text == truth ? 1 : 0)
        }
        guard let value = Double(text) else { return nil }
        return Measurement("redis_" + figure.metric, figure.kind, help: figure.help, value: value * figure.factor)
    }

    private var information: Measurement? {
        guard let version = self["redis_version"] else { return nil }
        let labels: LabelSet = ["version": version, "role": self["role"] ?? "unknown"]
        return Measurement(
            "redis_instance_info", .gauge, help: "Which version this is, and whether it is a master or a slave.",
            points: [Measurement.Point(labels: labels, value: 1)])
    }

    /// `db0:keys=5,expires=1,avg_ttl=100`
    private var keys: Measurement? {
        let points = fields.keys.filter { $0.hasPrefix("db") && Int($0.dropFirst(2)) != nil }.sorted().compactMap { database in
            fields[database]?.split(separator: ",").first { $0.hasPrefix("keys=") }.flatMap { Double($0.dropFirst(5)) }
                .map { Measurement.Point(labels: ["db": database], value: $0) }
        }
        return Measurement("redis_db_keys", .gauge, help: "Keys of each database.", points: points)
    }
}
