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

    /// Returns the size of the records, and what is new of messages.
    static func write(
        _ batch: ReportBatch, at now: Timestamp, to database: Database
    ) throws -> (bytes: Int, changes: [MessageChange]) {
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
        var changes: [MessageChange] = []
        for report in batch.messages {
            let record = try json(report)
            guard let change = try book(report, record, at: now, in: database) else { continue }
            changes.append(change)
            bytes += record.utf8.count
        }
        return (bytes, changes)
    }

    /// `nil` when that is known already, or something that stands against it, or another vantage has told of the message.
    private static func book(
        _ report: MessageReport, _ record: String, at now: Timestamp, in database: Database
    ) throws -> MessageChange? {
        let known = try Row.fetchOne(
            database, sql: "SELECT vantage, outcome, booked_at, record FROM reported_message WHERE probe = ?", arguments: [report.probe])
        if let known {
            guard known["vantage"] == report.vantage, known["record"] != record,
                corrects(report, ProbeOutcome(rawValue: known["outcome"]), bookedAt: known["booked_at"])
            else { return nil }
        }
        try database.cachedStatement(
            sql: """
                INSERT INTO reported_message (probe, journey, vantage, outcome, booked_at, taken_at, bytes, record)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (probe) DO UPDATE SET
                    outcome = excluded.outcome, booked_at = excluded.booked_at, bytes = excluded.bytes, record = excluded.record
                """
        ).execute(arguments: [
            report.probe, report.journey, report.vantage, report.outcome.rawValue, report.bookedAt.milliseconds, now.milliseconds,
            record.utf8.count, record,
        ])
        // The run of one that was found after a crash has told nothing: what the books know of its way stands in for that.
        if let passage = ProbePassage(report.record) { try insert(passage, at: now, in: database) }
        return MessageChange(report: report, before: (known?["outcome"] as String?).flatMap(ProbeOutcome.init))
    }

    /// A message that was seen is not lost, whatever the vantage's clock said when either was booked. Else what was booked later counts.
    private static func corrects(_ report: MessageReport, _ known: ProbeOutcome?, bookedAt: Int64) -> Bool {
        switch (known == .lost, report.outcome == .lost) {
        case (true, false): true
        case (false, true) where known != nil: false
        case (true, true), (false, _): bookedAt <= report.bookedAt.milliseconds
        }
    }

    private static func insert(_ passage: ProbePassage, at now: Timestamp, in database: Database) throws {
        let record = String(decoding: try JSONEncoder().encode(passage), as: UTF8.self)
        try database.cachedStatement(
            sql: """
                INSERT INTO passage (probe, journey, vantage, started_at, is_delivered, taken_at, bytes, record)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (probe) DO NOTHING
                """
        ).execute(arguments: [
            passage.probe, passage.journey, passage.vantage, order(passage.startedAt, at: now).milliseconds, passage.visibleAt != nil,
            now.milliseconds, record.utf8.count, record,
        ])
    }

    // MARK: Forgetting

    static func trim(to limits: ReportLimits, at now: Timestamp, in database: Database) throws {
        let shares = [
            ("passage", limits.passages), ("transit", limits.transits), ("last_run", limits.runs), ("reported_message", limits.messages),
        ]
        for (table, share) in shares {
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
