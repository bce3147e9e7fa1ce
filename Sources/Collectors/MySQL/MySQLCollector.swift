import PostwatchModel

/// What a MySQL or MariaDB server tells of itself, under mysqld_exporter's names.
///
/// Each round has a connection of its own, unlike PostgreSQL's: here it costs the server a thread that it keeps ready, and one that were
/// kept would be closed after `wait_timeout`.
struct MySQLCollector: BlockingCollecting, ServiceCollecting {
    static let serviceName = "MySQL"

    let name: String
    let settings: MySQLSettings
    let timeout: Duration
    let clock: any Clock<Duration>

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        let deadline = ServiceDeadline(timeout, clock: clock)
        let connection = try MySQLConnection(settings, deadline, clock: clock)
        var found = [up(true)]
        let status = try pairs("SHOW GLOBAL STATUS", connection, deadline)
        found += MySQLStatus(status).measurements
        let variables = try pairs(MySQLVariables.statement, connection, deadline)
        found += MySQLVariables(variables).measurements
        found += try replication(connection, deadline)
        return found.map { $0.labelled(settings.labels) }
    }

    // MARK: - Private

    /// Name → value, the name in small letters.
    private func pairs(
        _ statement: String, _ connection: MySQLConnection, _ deadline: ServiceDeadline
    ) throws(CollectionFailure) -> [String: Substring] {
        switch try connection.answer(to: statement, deadline) {
        case .failed(let reason): throw .refused(service: "\(settings.address)", reason: reason)
        case .rows(let rows):
            var pairs: [String: Substring] = [:]
            for row in rows {
                guard let name = row["Variable_name"], let value = row["Value"] else {
                    throw .malformed(source: "the answer of \(settings.address)", found: "other columns in answer to \(statement)")
                }
                pairs[name.lowercased()] = value
            }
            guard !pairs.isEmpty else {
                throw .malformed(source: "the answer of \(settings.address)", found: "no rows in answer to \(statement)")
            }
            return pairs
        }
    }

    /// Wants a privilege that the other figures do not need, so its lack costs only these.
    private func replication(_ connection: MySQLConnection, _ deadline: ServiceDeadline) throws(CollectionFailure) -> [Measurement] {
        let statement = MySQLReplication.statement(version: connection.version, number: connection.versionNumber)
        let answer = try connection.answer(to: statement, deadline)
        var found: [Measurement] = []
        if case .rows(let rows) = answer { found = MySQLReplication(rows: rows).measurements }
        let isAnswered = if case .rows = answer { true } else { false }
        let success = Measurement(
            "mysql_exporter_collector_success", .gauge,
            help: "Whether the server answered this question (1), or refused since the user lacks a privilege (0).",
            points: [Measurement.Point(labels: ["collector": "slave_status"], value: isAnswered ? 1 : 0)])
        return found + [success]
    }
}
