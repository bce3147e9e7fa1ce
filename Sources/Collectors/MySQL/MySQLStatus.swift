import PostwatchModel

/// The answer to `SHOW GLOBAL STATUS`: some hundred counters, of which those are told that show trouble.
/// Source: MariaDB documentation, "Server Status Variables"; MySQL Reference Manual, "Server Status Variables".
struct MySQLStatus {
    private let status: [String: Substring]

    /// - Parameter status: By names in small letters.
    init(_ status: [String: Substring]) {
        self.status = status
    }

    var measurements: [Measurement] {
        // MariaDB has the figures of Galera everywhere; without Galera they would look like a cluster that is down.
        let figures = Self.figures + (status["wsrep_provider_name", default: ""].isEmpty ? [] : Self.clusterFigures)
        return ServiceFigure.measurements(of: figures, in: status) + [commands, connectionErrors, pages, pageChanges]
    }

    // MARK: - Private

    private static let figures = [
        figure("uptime", .gauge, "Seconds since the server started."),
        figure("threads_connected", .gauge, "Clients that are connected."),
        figure("threads_running", .gauge, "Clients that are not idle."),
        figure("max_used_connections", .gauge, "The most clients that were ever connected at once."),
        figure("connections", .unknown, "Attempts to connect, as a counter."),
        figure("aborted_connects", .unknown, "Attempts to connect that failed, as a counter."),
        figure("aborted_clients", .unknown, "Connections that ended without goodbye, as a counter."),
        figure("queries", .unknown, "Statements, those inside of programs included, as a counter."),
        figure("questions", .unknown, "Statements that clients sent, as a counter."),
        figure("slow_queries", .unknown, "Statements that took longer than long_query_time, as a counter."),
        figure("bytes_received", .unknown, "Bytes that came from clients, as a counter."),
        figure("bytes_sent", .unknown, "Bytes that went to clients, as a counter."),
        figure("table_locks_waited", .unknown, "How often a lock of a table was waited for, as a counter."),
        figure("created_tmp_disk_tables", .unknown, "Temporary tables that were written to disk, as a counter."),
        figure("created_tmp_tables", .unknown, "Temporary tables, as a counter."),
        figure("open_files", .gauge, "Files that are open."),
        figure("innodb_buffer_pool_bytes_data", .gauge, "Bytes of data in the buffer pool."),
        figure("innodb_buffer_pool_bytes_dirty", .gauge, "Bytes in the buffer pool that are not yet written."),
        figure("innodb_buffer_pool_read_requests", .unknown, "Pages that were asked for, as a counter."),
        figure("innodb_buffer_pool_reads", .unknown, "Pages that had to be read from disk, as a counter."),
        figure("innodb_buffer_pool_wait_free", .unknown, "How often a free page was waited for, as a counter."),
        figure("innodb_buffer_pool_write_requests", .unknown, "Writes to pages, as a counter."),
        figure("innodb_row_lock_current_waits", .gauge, "Locks of rows that are being waited for."),
        figure("innodb_row_lock_time", .unknown, "Milliseconds that locks of rows were waited for, as a counter."),
        figure("innodb_row_lock_time_avg", .gauge, "Milliseconds that a lock of a row was waited for, on average."),
        figure("innodb_row_lock_time_max", .gauge, "The longest that a lock of a row was waited for, in milliseconds."),
        figure("innodb_row_lock_waits", .unknown, "How often a lock of a row was waited for, as a counter."),
        figure("innodb_deadlocks", .unknown, "Deadlocks that were found, as a counter; MariaDB only."),
        figure("innodb_log_waits", .unknown, "How often the log buffer was too small, as a counter."),
        figure("innodb_os_log_written", .unknown, "Bytes that were written to the log, as a counter."),
        figure("innodb_data_fsyncs", .unknown, "Calls of fsync, as a counter."),
        ServiceFigure(
            key: "innodb_buffer_pool_pages_dirty", metric: "mysql_global_status_buffer_pool_dirty_pages", kind: .gauge,
            help: "Pages of the buffer pool that are not yet written."),
    ]

    private static let clusterFigures = [
        figure("wsrep_cluster_size", .gauge, "Nodes of the Galera cluster."),
        figure("wsrep_cluster_status", .gauge, "Whether this node is in the primary component of its Galera cluster.", truth: "Primary"),
        figure("wsrep_local_state", .gauge, "State of this node in its Galera cluster; 4: synced."),
        figure("wsrep_ready", .gauge, "Whether this node of a Galera cluster takes statements.", truth: "ON"),
        figure("wsrep_flow_control_paused", .gauge, "Part of the time that the Galera cluster was held up by flow control."),
    ]

    private static func figure(_ key: String, _ kind: Measurement.Kind, _ help: String, truth: String? = nil) -> ServiceFigure {
        ServiceFigure(key: key, metric: "mysql_global_status_\(key)", kind: kind, truth: truth, help: help)
    }

    private static let commandNames = [
        "begin", "call_procedure", "commit", "delete", "delete_multi", "insert", "insert_select", "lock_tables", "replace",
        "replace_select", "rollback", "select", "stmt_execute", "stmt_prepare", "update", "update_multi",
    ]

    private var commands: Measurement {
        Measurement(
            "mysql_global_status_commands_total", .counter, help: "Statements by their kind.",
            points: points(Self.commandNames, after: "com_", label: "command"))
    }

    private var connectionErrors: Measurement {
        Measurement(
            "mysql_global_status_connection_errors_total", .counter, help: "Connections that failed, by reason.",
            // MariaDB says peer_address, MySQL too; older ones of both peer_addr.
            points: points(
                ["accept", "internal", "max_connections", "peer_addr", "peer_address", "select", "tcpwrap"], after: "connection_errors_",
                label: "error"))
    }

    private var pages: Measurement {
        Measurement(
            "mysql_global_status_buffer_pool_pages", .gauge, help: "Pages of the buffer pool by what is in them.",
            points: points(["data", "free", "misc", "old"], after: "innodb_buffer_pool_pages_", label: "state"))
    }

    private var pageChanges: Measurement {
        Measurement(
            "mysql_global_status_buffer_pool_page_changes_total", .counter, help: "What was done to pages of the buffer pool.",
            points: points(["flushed", "lru_flushed", "lru_freed"], after: "innodb_buffer_pool_pages_", label: "operation"))
    }

    private func points(_ names: [String], after prefix: String, label: String) -> [Measurement.Point] {
        names.compactMap { name in
            status[prefix + name].flatMap { Double($0) }.map { Measurement.Point(labels: LabelSet([(label, name)]), value: $0) }
        }
    }
}
