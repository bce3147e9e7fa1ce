import Foundation
import GRDB
import PostwatchModel

/// What agents and journeys tell as rows.
enum ReportRows {
    /// What is said to have begun later than this after now was told by a wrong clock.
    private static let credibleLead = Duration.seconds(3600)
    /// A run that began so much before the one that is kept was told by a clock that was set back.
    private static let longestOverlap = Duration.seconds(600)
    /// When there is too much, so much is left: the next bytes do not make a next removal.
    private static let shareKept = 0.9

    // MARK: Writing

    /// Returns the size of the records.
    static func write(_ batch: ReportBatch, at now: Timestamp, to database: Database) throws -> Int {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        func json(_ value: some Encodable) throws -> String { String(decoding: try encoder.encode(value), as: UTF8.self) }
        var bytes = 0
        for passage in batch.passages {
            let record = try json(passage)
            bytes += record.utf8.count
            // No vantage changes what another has told.
            try database.cachedStatement(
                sql: """
                    INSERT INTO passage (probe, journey, vantage, started_at, is_delivered, taken_at, bytes, record)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (probe) DO UPDATE SET
                        is_delivered = excluded.is_delivered, bytes = excluded.bytes, record = excluded.record
                    WHERE vantage = excluded.vantage
                    """
            ).execute(arguments: [
                passage.probe, passage.journey, passage.vantage, order(passage.startedAt, at: now).milliseconds, passage.visibleAt != nil,
                now.milliseconds, record.utf8.count, record,
            ])
        }
        for transit in batch.transits {
            let record = try json(transit)
            bytes += record.utf8.count
            try database.cachedStatement(
                sql: """
                    INSERT INTO transit (key, probe, taken_at, bytes, record) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (key) DO UPDATE SET bytes = excluded.bytes, record = excluded.record
                    """
            ).execute(arguments: [transit.key, transit.probe, now.milliseconds, record.utf8.count, record])
        }
        for report in batch.runs {
            let record = try json(report)
            bytes += record.utf8.count
            try database.cachedStatement(
                sql: """
                    INSERT INTO last_run (journey, vantage, started_at, taken_at, bytes, record) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (vantage, journey) DO UPDATE SET
                        started_at = excluded.started_at, taken_at = excluded.taken_at, bytes = excluded.bytes, record = excluded.record
                    WHERE excluded.started_at >= started_at OR excluded.started_at < started_at - ?
                    """
            ).execute(arguments: [
                report.run.journey, report.run.vantage, order(report.run.startedAt, at: now).milliseconds, now.milliseconds,
                record.utf8.count, record, longestOverlap.wholeMilliseconds,
            ])
        }
        return bytes
    }

    // MARK: Forgetting

    static func trim(to limits: ReportLimits, at now: Timestamp, in database: Database) throws {
        for (table, share) in [("passage", limits.passages), ("transit", limits.transits), ("last_run", limits.runs)] {
            // What was taken later than now was taken by a clock that was wrong.
            try database.execute(
                sql: "DELETE FROM \(table) WHERE taken_at < ? OR taken_at > ?",
                arguments: [(now - share.age).milliseconds, (now + share.age).milliseconds])
            guard let sums = try Row.fetchOne(database, sql: "SELECT count(*) AS count, total(bytes) AS bytes FROM \(table)"),
                sums["count"] > share.rows || sums["bytes"] > Double(share.bytes)
            else { continue }
            try database.execute(
                sql: """
                    DELETE FROM \(table) WHERE rowid IN (
                        SELECT rowid FROM (
                            SELECT rowid, row_number() OVER newest AS place, sum(bytes) OVER newest AS held
                            FROM \(table) WINDOW newest AS (ORDER BY taken_at DESC, rowid DESC)
                        ) WHERE place > ? OR held > ?)
                    """, arguments: [kept(share.rows), kept(share.bytes)])
        }
    }

    // MARK: - Private

    /// Where something stands in the order of time: nobody's clock puts it before what comes later for ever.
    private static func order(_ moment: Timestamp, at now: Timestamp) -> Timestamp {
        moment > now + credibleLead ? now : moment
    }

    private static func kept(_ limit: Int) -> Int { Int(Double(limit) * shareKept) }
}
