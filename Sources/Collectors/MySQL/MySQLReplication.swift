import PostwatchModel

/// How a replica does, by each source that it follows; nothing on a server that is none.
struct MySQLReplication {
    private let rows: [[String: Substring]]

    /// - Parameter rows: As the server names the columns.
    init(rows: [[String: Substring]]) {
        self.rows = rows.prefix(Self.sourceLimit).map(Self.usual)
    }

    /// What a server understands: MariaDB follows several sources with names, and MySQL has changed its words.
    /// - Parameters:
    ///   - version: `10.11.19-MariaDB-0+deb12u1`
    ///   - number: 80022 for 8.0.22.
    static func statement(version: String, number: Int) -> String {
        if version.contains("MariaDB") { return "SHOW ALL SLAVES STATUS" }
        return number >= 80_022 ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS"
    }

    var measurements: [Measurement] { Self.figures.measurements(of: rows) }

    // MARK: - Private

    private static let sourceLimit = 32

    // Without the exporter's master_host and master_uuid: addresses are no labels.
    private static let figures = StatementFigures(
        name: "slave_status", statement: "", labels: ["channel_name", "connection_name"],
        figures: [
            figure("slave_io_running", "Whether the replica receives from its source.", truth: "yes"),
            figure("slave_sql_running", "Whether the replica applies what it has received.", truth: "yes"),
            figure("seconds_behind_master", "How far the replica is behind; absent while it does not replicate."),
            figure("last_io_errno", "Number of the last error when receiving; 0: none."),
            figure("last_sql_errno", "Number of the last error when applying; 0: none."),
            figure("relay_log_space", "Bytes of all relay logs."),
            figure("sql_delay", "Seconds that the replica is behind on purpose."),
        ])

    private static func figure(_ key: String, _ help: String, truth: String? = nil) -> ServiceFigure {
        ServiceFigure(key: key, metric: "mysql_slave_status_\(key)", kind: .gauge, truth: truth, help: help)
    }

    /// Columns by the names that all servers once had, so that a rule works with every version: `Replica_IO_Running` of MySQL 8.4 is
    /// `slave_io_running`.
    private static func usual(_ row: [String: Substring]) -> [String: Substring] {
        var usual: [String: Substring] = [:]
        for (column, value) in row {
            let name = column.lowercased().replacing("replica_", with: "slave_").replacing("_source", with: "_master")
            usual[name] = name.hasSuffix("_running") ? Substring(value.lowercased()) : value
        }
        return usual
    }
}
