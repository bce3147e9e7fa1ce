import Foundation
import GRDB
import PostwatchModel

extension RecordStore: IncidentStoring {
    public func commit(_ change: JudgementChange) async throws {
        guard !change.isEmpty else { return }
        try await write { database in
            for alert in change.alerts {
                try database.execute(
                    sql: "INSERT INTO alert (id, record) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record",
                    arguments: [alert.id, try Self.encode(alert)])
            }
            for id in change.endedAlerts {
                try database.execute(sql: "DELETE FROM alert WHERE id = ?", arguments: [id])
            }
            for (group, moment) in change.evaluations {
                try database.execute(
                    sql: """
                        INSERT INTO rule_group (name, evaluated_at) VALUES (?, ?)
                        ON CONFLICT (name) DO UPDATE SET evaluated_at = excluded.evaluated_at
                        """,
                    arguments: [group, moment.milliseconds])
            }
            for incident in change.incidents { try Self.save(incident, in: database) }
            for page in change.pages {
                try database.execute(
                    sql: "INSERT INTO page (id, written_at, record, next_attempt_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                    arguments: [page.id, page.writtenAt.milliseconds, try Self.encode(page), page.writtenAt.milliseconds])
            }
        }
    }

    public func activeAlerts() async throws -> [AlertRecord] {
        try await database.read { database in
            try String.fetchAll(database, sql: "SELECT record FROM alert ORDER BY id").map { try Self.decode(AlertRecord.self, $0) }
        }
    }

    public func lastEvaluations() async throws -> [String: Timestamp] {
        try await database.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT name, evaluated_at FROM rule_group")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["name"], Timestamp(milliseconds: $0["evaluated_at"])) })
        }
    }

    public func incidents(openOrResolvedSince moment: Timestamp) async throws -> [Incident] {
        try await database.read { database in
            try Self.incidents(
                database, where: "WHERE state <> 'resolved' OR resolved_at >= ? ORDER BY number DESC", [moment.milliseconds])
        }
    }

    public func incidents(limit: Int) async throws -> [Incident] {
        try await database.read { try Self.incidents($0, where: "ORDER BY number DESC LIMIT ?", [limit]) }
    }

    public func incident(number: Int) async throws -> Incident? {
        try await database.read { try Self.incidents($0, where: "WHERE number = ?", [number]).first }
    }

    public func highestIncidentNumber() async throws -> Int {
        try await database.read { try Int.fetchOne($0, sql: "SELECT max(number) FROM incident") ?? 0 }
    }

    public func outbox() async throws -> [OutboxEntry] {
        try await database.read { database in
            let sql = """
                SELECT record, attempts, next_attempt_at, last_failure FROM page
                WHERE delivered_at IS NULL ORDER BY written_at, id
                """
            return try Row.fetchAll(database, sql: sql).map { row in
                OutboxEntry(
                    page: try Self.decode(Page.self, row["record"]), attempts: row["attempts"],
                    nextAttemptAt: Timestamp(milliseconds: row["next_attempt_at"]), lastFailure: row["last_failure"])
            }
        }
    }

    public func markDelivered(pageID: String, at moment: Timestamp) async throws {
        try await write { database in
            guard let text = try String.fetchOne(database, sql: "SELECT record FROM page WHERE id = ?", arguments: [pageID]) else { return }
            try database.execute(
                sql: "UPDATE page SET delivered_at = ?, attempts = attempts + 1, last_failure = NULL WHERE id = ?",
                arguments: [moment.milliseconds, pageID])
            let page = try Self.decode(Page.self, text)
            try Self.tell("\(page.receiver) took the page (\(page.reason.rawValue))", of: page.incident.number, at: moment, in: database)
        }
    }

    public func markFailed(pageID: String, failure: String, nextAttemptAt: Timestamp) async throws {
        try await write { database in
            try database.execute(
                sql: "UPDATE page SET attempts = attempts + 1, last_failure = ?, next_attempt_at = ? WHERE id = ?",
                arguments: [failure, nextAttemptAt.milliseconds, pageID])
        }
    }

    // MARK: - Private

    private static func save(_ incident: Incident, in database: Database) throws {
        var record = incident
        record.timeline = []
        try database.execute(
            sql: """
                INSERT INTO incident (number, state, opened_at, resolved_at, record) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (number) DO UPDATE SET
                    state = excluded.state, resolved_at = excluded.resolved_at, record = excluded.record
                """,
            arguments: [
                incident.number, incident.state.rawValue, incident.openedAt.milliseconds, incident.resolvedAt?.milliseconds,
                try encode(record),
            ])
        for entry in incident.timeline { try insert(entry.text, of: incident.number, at: entry.at, in: database) }
        try boundTimeline(of: incident.number, in: database)
    }

    private static func tell(_ text: String, of number: Int, at moment: Timestamp, in database: Database) throws {
        try insert(text, of: number, at: moment, in: database)
        try boundTimeline(of: number, in: database)
    }

    private static func insert(_ text: String, of number: Int, at moment: Timestamp, in database: Database) throws {
        try database.execute(
            sql: "INSERT INTO incident_timeline (number, at, text) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            arguments: [number, moment.milliseconds, text])
    }

    /// Leaves the first and the last entries, and says in between that some are missing.
    private static func boundTimeline(of number: Int, in database: Database) throws {
        let (first, last) = Incident.timelineBounds
        let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM incident_timeline WHERE number = ?", arguments: [number])
        guard let count, count > first + 1 + last else { return }
        try database.execute(
            sql: """
                DELETE FROM incident_timeline WHERE id IN (
                    SELECT id FROM (
                        SELECT id, row_number() OVER (ORDER BY at, id) AS place, count(*) OVER () AS entries
                        FROM incident_timeline WHERE number = :number AND text <> :mark
                    ) WHERE place > :first AND place <= entries - :last)
                """, arguments: ["number": number, "mark": Incident.leftOut, "first": first, "last": last])
        try database.execute(
            sql: """
                INSERT INTO incident_timeline (number, at, text)
                SELECT :number, at, :mark FROM incident_timeline
                WHERE number = :number AND NOT EXISTS (SELECT 1 FROM incident_timeline WHERE number = :number AND text = :mark)
                ORDER BY at, id LIMIT 1 OFFSET :offset
                """, arguments: ["number": number, "mark": Incident.leftOut, "offset": first - 1])
    }

    private static func incidents(_ database: Database, where clause: String, _ arguments: StatementArguments) throws -> [Incident] {
        try String.fetchAll(database, sql: "SELECT record FROM incident \(clause)", arguments: arguments).map { text in
            var incident = try decode(Incident.self, text)
            let rows = try Row.fetchAll(
                database, sql: "SELECT at, text FROM incident_timeline WHERE number = ? ORDER BY at, id", arguments: [incident.number])
            incident.timeline = rows.map { Incident.TimelineEntry(at: Timestamp(milliseconds: $0["at"]), text: $0["text"]) }
            return incident
        }
    }

    private static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "+Inf", negativeInfinity: "-Inf", nan: "NaN")
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(positiveInfinity: "+Inf", negativeInfinity: "-Inf", nan: "NaN")
        return try decoder.decode(type, from: Data(text.utf8))
    }
}
