import PostwatchModel
import Synchronization

/// What a PostgreSQL server tells of itself in its statistics views, under postgres_exporter's names.
///
/// One connection is kept between the rounds. A new one each time would cost the server a process, its caches and often a line in its log
/// every few seconds, and when all connections are taken, the figures that show it would be gone. It is made anew after any failure, and
/// a connection that turns out to be dead is replaced within the round. The price: a "smart" shutdown waits for it, as for any client; the
/// "fast" one, which systemd units use, does not.
final class PostgreSQLCollector: BlockingCollecting, ServiceCollecting {
    static let serviceName = "PostgreSQL"
    static let upMetric = "pg_up"

    let name: String
    let settings: PostgreSQLSettings
    private let timeout: Duration
    private let clock: any Clock<Duration>
    /// Held for a whole attempt: there is never a second one at the same time.
    private let kept: Mutex<PostgreSQLConnection?> = Mutex(nil)

    init(name: String, settings: PostgreSQLSettings, timeout: Duration, clock: any Clock<Duration>) {
        self.name = name
        self.settings = settings
        self.timeout = timeout
        self.clock = clock
    }

    func measure(at moment: Timestamp) throws(CollectionFailure) -> [Measurement] {
        try kept.withLock { kept throws(CollectionFailure) in
            let deadline = ServiceDeadline(timeout, clock: clock)
            if let connection = kept {
                kept = nil
                do throws(CollectionFailure) {
                    let found = try figures(connection, deadline)
                    kept = connection
                    return found
                } catch {
                    // The server was restarted since: that is no reason to tell it down.
                    guard case .unreachable = error else { throw error }
                }
            }
            let connection = try PostgreSQLConnection(settings, deadline, clock: clock)
            try prepare(connection, deadline)
            let found = try figures(connection, deadline)
            kept = connection
            return found
        }
    }

    // MARK: - Private

    /// The server itself ends a statement that the agent does not wait for any more, and changes nothing for it.
    private func prepare(_ connection: PostgreSQLConnection, _ deadline: ServiceDeadline) throws(CollectionFailure) {
        let limit = "SET statement_timeout = \(max(1, timeout.wholeMilliseconds)); SET default_transaction_read_only = on"
        if case .failed(let reason) = try connection.answer(to: limit, deadline) {
            throw .refused(service: "\(settings.address)", reason: reason)
        }
        let question = "SELECT current_user AS name, pg_has_role('pg_read_all_stats', 'USAGE') AS is_allowed"
        switch try connection.answer(to: question, deadline) {
        case .failed(let reason): throw .refused(service: "\(settings.address)", reason: reason)
        case .rows(let rows):
            guard let row = rows.first, let name = row["name"] else {
                throw .malformed(source: "the answer of \(settings.address)", found: "no row in answer to a question for the user")
            }
            guard row["is_allowed"] == "t" else {
                // Otherwise the views would show it as if nobody else was connected.
                let remedy = "the user \(name) may not see the statistics; run: GRANT pg_monitor TO \"\(name)\""
                throw .refused(service: "\(settings.address)", reason: remedy)
            }
        }
    }

    private func figures(_ connection: PostgreSQLConnection, _ deadline: ServiceDeadline) throws(CollectionFailure) -> [Measurement] {
        var found = [up(true)]
        var successes: [Measurement.Point] = []
        for query in PostgreSQLStatistics.all {
            let answer = try connection.answer(to: query.statement, deadline)
            if case .rows(let rows) = answer { found += query.measurements(of: rows) }
            if case .failed = answer {
                successes.append(Measurement.Point(labels: ["collector": query.name], value: 0))
            } else {
                successes.append(Measurement.Point(labels: ["collector": query.name], value: 1))
            }
        }
        found.append(
            Measurement(
                "pg_scrape_collector_success", .gauge, help: "Whether the server answered this question (1) or with an error (0).",
                points: successes))
        return found.map { $0.labelled(settings.labels) }
    }
}
