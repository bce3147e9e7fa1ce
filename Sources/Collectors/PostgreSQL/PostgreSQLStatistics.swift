import PostwatchModel

/// What a PostgreSQL is asked, in statements that 12 and all later versions understand and that a member of `pg_monitor` may use.
/// Source: PostgreSQL documentation, "The Cumulative Statistics System"; names and meanings as in postgres_exporter.
enum PostgreSQLStatistics {
    /// All databases but those that nobody may connect to, and no more than these, whatever a server holds.
    static let databaseLimit = 100
    /// Replicas and slots that are told.
    static let replicaLimit = 32

    static let all = [version, server, activity, databases, wraparound, sizes, locks, replication, receiver, replicas, slots, archiver]

    // MARK: - Private

    private static let someDatabases = """
        (SELECT oid, datname, datfrozenxid, datminmxid FROM pg_catalog.pg_database WHERE datallowconn ORDER BY oid LIMIT \(databaseLimit))
        """

    /// Where the log of a primary ends, or that of a standby as far as it has it: a standby fails when it is asked for the former.
    private static let position = "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END"

    private static let version = StatementFigures(
        name: "static",
        statement: "SELECT version() AS version, split_part(current_setting('server_version'), ' ', 1) AS short_version, 1 AS one",
        labels: ["version", "short_version"],
        figures: [ServiceFigure(key: "one", metric: "pg_static", kind: .gauge, help: "Which version this is.")])

    private static let server = StatementFigures(
        name: "postmaster",
        statement: """
            SELECT extract(epoch FROM pg_postmaster_start_time()) AS started, current_setting('max_connections') AS max_connections,
                current_setting('superuser_reserved_connections') AS reserved
            """,
        figures: [
            ServiceFigure(
                key: "started", metric: "pg_postmaster_start_time_seconds", kind: .gauge, help: "When the server started, as a unix time."),
            ServiceFigure(
                key: "max_connections", metric: "pg_settings_max_connections", kind: .gauge, help: "Clients that may be connected at once."),
            ServiceFigure(
                key: "reserved", metric: "pg_settings_superuser_reserved_connections", kind: .gauge,
                help: "How many of the connections only superusers may take."),
        ])

    private static let activity = StatementFigures(
        name: "stat_activity",
        statement: """
            SELECT d.datname, s.state, coalesce(a.count, 0) AS count, coalesce(a.age, 0) AS age
            FROM \(someDatabases) d
            CROSS JOIN (VALUES ('active'), ('idle'), ('idle in transaction'), ('idle in transaction (aborted)'),
                ('fastpath function call'), ('disabled')) s (state)
            LEFT JOIN (
                SELECT datname, state, count(*) AS count, max(extract(epoch FROM clock_timestamp() - xact_start)) AS age
                FROM pg_catalog.pg_stat_activity GROUP BY datname, state
            ) a ON a.datname = d.datname AND a.state = s.state
            """,
        labels: ["datname", "state"],
        figures: [
            ServiceFigure(key: "count", metric: "pg_stat_activity_count", kind: .gauge, help: "Connections by what they do."),
            ServiceFigure(
                key: "age", metric: "pg_stat_activity_max_tx_duration", kind: .gauge,
                help: "How long the longest open transaction has been running, in seconds."),
        ])

    private static let databases = StatementFigures(
        name: "stat_database",
        statement: """
            SELECT s.* FROM pg_catalog.pg_stat_database s JOIN \(someDatabases) d ON d.oid = s.datid
            """,
        labels: ["datname"],
        figures: [
            database("numbackends", .gauge, "Clients that are connected to the database."),
            database("xact_commit", .unknown, "Transactions that were committed, as a counter."),
            database("xact_rollback", .unknown, "Transactions that were rolled back, as a counter."),
            database("blks_read", .unknown, "Blocks that were read from files, as a counter."),
            database("blks_hit", .unknown, "Blocks that were found in the buffer cache, as a counter."),
            database("tup_returned", .unknown, "Rows that queries went through, as a counter."),
            database("tup_fetched", .unknown, "Rows that queries fetched, as a counter."),
            database("tup_inserted", .unknown, "Rows that were inserted, as a counter."),
            database("tup_updated", .unknown, "Rows that were updated, as a counter."),
            database("tup_deleted", .unknown, "Rows that were deleted, as a counter."),
            database("conflicts", .unknown, "Queries of a standby that gave way to recovery, as a counter."),
            database("temp_files", .unknown, "Temporary files that queries made, as a counter."),
            database("temp_bytes", .unknown, "Bytes that queries wrote to temporary files, as a counter."),
            database("deadlocks", .unknown, "Deadlocks that were found, as a counter."),
        ])

    private static func database(_ column: String, _ kind: Measurement.Kind, _ help: String) -> ServiceFigure {
        ServiceFigure(key: column, metric: "pg_stat_database_\(column)", kind: kind, help: help)
    }

    private static let wraparound = StatementFigures(
        name: "database_wraparound",
        statement: "SELECT datname, age(datfrozenxid) AS xid, mxid_age(datminmxid) AS mxid FROM \(someDatabases) d",
        labels: ["datname"],
        figures: [
            // The exporter's names say seconds; what they count is transactions.
            ServiceFigure(
                key: "xid", metric: "pg_database_wraparound_age_datfrozenxid_seconds", kind: .gauge,
                help: "Transactions since the oldest that is not frozen; writing stops near 2 billion."),
            ServiceFigure(
                key: "mxid", metric: "pg_database_wraparound_age_datminmxid_seconds", kind: .gauge,
                help: "Multixacts since the oldest that is not frozen; writing stops near 2 billion."),
        ])

    private static let sizes = StatementFigures(
        name: "database",
        // A database that the user may neither connect to nor read statistics of would spoil the answer for all.
        statement: """
            SELECT datname, CASE WHEN pg_has_role('pg_read_all_stats', 'USAGE') OR has_database_privilege(oid, 'CONNECT')
                THEN pg_database_size(oid) END AS size
            FROM \(someDatabases) d
            """,
        labels: ["datname"],
        figures: [
            ServiceFigure(key: "size", metric: "pg_database_size_bytes", kind: .gauge, help: "What the database takes on disk.")
        ])

    private static let locks = StatementFigures(
        name: "locks",
        statement: """
            SELECT d.datname, m.mode, coalesce(l.count, 0) AS count
            FROM \(someDatabases) d
            CROSS JOIN (VALUES ('accesssharelock'), ('rowsharelock'), ('rowexclusivelock'), ('shareupdateexclusivelock'), ('sharelock'),
                ('sharerowexclusivelock'), ('exclusivelock'), ('accessexclusivelock'), ('sireadlock')) m (mode)
            LEFT JOIN (
                SELECT database, lower(mode) AS mode, count(*) AS count FROM pg_catalog.pg_locks
                WHERE database IS NOT NULL GROUP BY database, lower(mode)
            ) l ON l.database = d.oid AND l.mode = m.mode
            """,
        labels: ["datname", "mode"],
        figures: [ServiceFigure(key: "count", metric: "pg_locks_count", kind: .gauge, help: "Locks that are held or waited for.")])

    /// The age of the last transaction that a standby has replayed grows while its primary is idle: who has replayed all that was
    /// received does not lag. That nothing is received, `receiver` tells.
    private static let replication = StatementFigures(
        name: "replication",
        statement: """
            SELECT is_replica, age, CASE WHEN NOT is_replica OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 ELSE age END AS lag
            FROM (
                SELECT pg_is_in_recovery() AS is_replica,
                    greatest(0, extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())) AS age
            ) s
            """,
        figures: [
            ServiceFigure(
                key: "is_replica", metric: "pg_replication_is_replica", kind: .gauge, truth: "t",
                help: "Whether the server is a standby (1) or a primary (0)."),
            ServiceFigure(
                key: "lag", metric: "pg_replication_lag_seconds", kind: .gauge,
                help:
                    "Age of the last transaction that a standby has replayed; 0 when it has replayed all that it received, and on a primary."
            ),
            ServiceFigure(
                key: "age", metric: "pg_replication_last_replay_seconds", kind: .gauge,
                help: "Age of the last transaction that a standby has replayed, also while its primary is idle."),
        ])

    /// The exporter tells nothing when no process receives, which is when it matters most; and it labels with the primary's address.
    /// A standby that is fed from an archive alone has no primary to lose.
    private static let receiver = StatementFigures(
        name: "stat_wal_receiver",
        statement: """
            SELECT CASE WHEN r.pid IS NULL THEN 0 ELSE CASE r.status WHEN 'stopping' THEN -1 WHEN 'stopped' THEN 0 WHEN 'starting' THEN 1
                    WHEN 'streaming' THEN 2 WHEN 'waiting' THEN 3 WHEN 'restarting' THEN 4 ELSE -2 END END AS status,
                extract(epoch FROM r.last_msg_receipt_time) AS received
            FROM (SELECT 1) one LEFT JOIN pg_catalog.pg_stat_wal_receiver r ON true
            WHERE pg_is_in_recovery() AND current_setting('primary_conninfo') <> ''
            """,
        figures: [
            ServiceFigure(
                key: "status", metric: "pg_stat_wal_receiver_status", kind: .gauge,
                help: "What a standby's receiver does: 2 streams, 1 starts, 3 waits, 4 restarts, -1 stops, -2 else; 0: there is none."),
            ServiceFigure(
                key: "received", metric: "pg_stat_wal_receiver_last_msg_receipt_time", kind: .gauge,
                help: "When a standby last heard of its primary, as a unix time."),
        ])

    private static let replicas = StatementFigures(
        name: "stat_replication",
        // Without the exporter's client_addr: the worst of those that have the same name and state.
        statement: """
            SELECT application_name, state, max(pg_wal_lsn_diff(\(position), replay_lsn)) AS bytes,
                max(extract(epoch FROM replay_lag)) AS seconds
            FROM pg_catalog.pg_stat_replication GROUP BY application_name, state ORDER BY application_name, state LIMIT \(replicaLimit)
            """,
        labels: ["application_name", "state"],
        figures: [
            ServiceFigure(
                key: "bytes", metric: "pg_stat_replication_pg_wal_lsn_diff", kind: .gauge,
                help: "Bytes of log that a connected standby has still to replay."),
            ServiceFigure(
                key: "seconds", metric: "pg_stat_replication_replay_lag_seconds", kind: .gauge,
                help: "Seconds from a commit until a connected standby had replayed it; absent while it is idle."),
        ])

    private static let slots = StatementFigures(
        name: "replication_slot",
        // safe_wal_size came with 13; by way of JSON it is simply absent before.
        statement: """
            SELECT slot_name, slot_type, active, pg_wal_lsn_diff(\(position), restart_lsn) AS bytes,
                to_jsonb(s) ->> 'safe_wal_size' AS safe
            FROM pg_catalog.pg_replication_slots s ORDER BY slot_name LIMIT \(replicaLimit)
            """,
        labels: ["slot_name", "slot_type"],
        figures: [
            ServiceFigure(
                key: "active", metric: "pg_replication_slot_slot_is_active", kind: .gauge, truth: "t",
                help: "Whether somebody reads the slot."),
            ServiceFigure(
                key: "bytes", metric: "pg_replication_slots_pg_wal_lsn_diff", kind: .gauge,
                help: "Bytes of log that are kept for the slot; an abandoned slot fills the disk."),
            ServiceFigure(
                key: "safe", metric: "pg_replication_slot_safe_wal_size_bytes", kind: .gauge,
                help: "Bytes that can be written until the slot loses log that it needs; absent without a limit."),
        ])

    private static let archiver = StatementFigures(
        name: "stat_archiver",
        statement: """
            SELECT archived_count, failed_count, extract(epoch FROM clock_timestamp() - last_archived_time) AS age
            FROM pg_catalog.pg_stat_archiver
            """,
        figures: [
            ServiceFigure(
                key: "archived_count", metric: "pg_stat_archiver_archived_count", kind: .unknown,
                help: "Files of log that were archived, as a counter."),
            ServiceFigure(
                key: "failed_count", metric: "pg_stat_archiver_failed_count", kind: .unknown,
                help: "Failed attempts to archive a file of log, as a counter."),
            ServiceFigure(
                key: "age", metric: "pg_stat_archiver_last_archive_age", kind: .gauge,
                help: "Seconds since a file of log was archived; absent before the first."),
        ])
}
