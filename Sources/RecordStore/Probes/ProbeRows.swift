import Foundation
import GRDB
import PostwatchModel

/// Probe messages and totals as rows.
enum ProbeRows {
    // MARK: Writing

    static func write(_ batch: ProbeBatch, to database: Database) throws {
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO probe (
                    id, vantage, journey, begun_at, stage, accepted_at, server, reply, queue_id, settled_at, reason, place, folder, uid, seen_at
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                    stage = excluded.stage, accepted_at = excluded.accepted_at, server = excluded.server, reply = excluded.reply,
                    queue_id = excluded.queue_id, settled_at = excluded.settled_at, reason = excluded.reason, place = excluded.place, folder = excluded.folder,
                    uid = excluded.uid, seen_at = excluded.seen_at
                """)
        for record in batch.records.values {
            try upsert.execute(arguments: [
                record.id, record.vantage, record.journey, record.begunAt.milliseconds, text(of: record.stage),
                record.acceptedAt?.milliseconds, record.server, record.reply, record.queueID, record.settledAt?.milliseconds, record.reason,
                record.sighting?.place.rawValue, record.sighting?.folder, record.sighting?.uid, record.sighting?.at.milliseconds,
            ])
        }
        let total = try database.cachedStatement(
            sql: """
                INSERT INTO probe_tally (vantage, journey, record) VALUES (?, ?, ?)
                ON CONFLICT (vantage, journey) DO UPDATE SET record = excluded.record
                """)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        for (key, tally) in batch.tallies {
            try total.execute(arguments: [key.vantage, key.journey, String(decoding: try encoder.encode(tally), as: UTF8.self)])
        }
    }

    /// Forgets messages that ended too long ago, and the oldest of too many.
    static func trim(to limits: ProbeLimits, at now: Timestamp, in database: Database) throws {
        try database.execute(sql: "DELETE FROM probe WHERE settled_at < ?", arguments: [(now - limits.age).milliseconds])
        for (condition, limit) in [("stage = 'inbox'", limits.ordinary), ("stage <> 'inbox'", limits.remarkable)] {
            // Many may have ended in the millisecond of the bound: they stay together.
            try database.execute(
                sql: """
                    DELETE FROM probe WHERE settled_at IS NOT NULL AND \(condition) AND settled_at < (
                        SELECT settled_at FROM probe WHERE settled_at IS NOT NULL AND \(condition) ORDER BY settled_at DESC LIMIT 1 OFFSET ?)
                    """, arguments: [limit - 1])
        }
    }

    // MARK: Reading

    static func record(_ id: String, in database: Database) throws -> ProbeRecord? {
        try Row.fetchOne(database, sql: "SELECT * FROM probe WHERE id = ?", arguments: [id]).flatMap(record)
    }

    static func outstanding(of key: ProbeBatch.AccountKey, in database: Database) throws -> [ProbeRecord] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM probe WHERE vantage = ? AND journey = ? AND settled_at IS NULL",
            arguments: [key.vantage, key.journey]
        ).compactMap(record)
    }

    /// Messages that ended so since `moment`, newest first.
    static func ends(since moment: Timestamp, stages: [String], limit: Int, in database: Database) throws -> [ProbeRecord] {
        let marks = stages.map { _ in "?" }.joined(separator: ", ")
        return try Row.fetchAll(
            database, sql: "SELECT * FROM probe WHERE settled_at >= ? AND stage IN (\(marks)) ORDER BY settled_at DESC LIMIT ?",
            arguments: StatementArguments([moment.milliseconds]) + StatementArguments(stages) + [limit]
        ).compactMap(record)
    }

    static func tally(of key: ProbeBatch.AccountKey, in database: Database) throws -> ProbeTally? {
        let text = try String.fetchOne(
            database, sql: "SELECT record FROM probe_tally WHERE vantage = ? AND journey = ?", arguments: [key.vantage, key.journey])
        return try text.map { try JSONDecoder().decode(ProbeTally.self, from: Data($0.utf8)) }
    }

    // MARK: - Private

    private static func text(of stage: ProbeRecord.Stage) -> String {
        switch stage {
        case .begun: "begun"
        case .accepted: "accepted"
        case .unsent: "unsent"
        case .settled(let outcome): outcome.rawValue
        }
    }

    private static func stage(_ text: String) -> ProbeRecord.Stage? {
        switch text {
        case "begun": .begun
        case "accepted": .accepted
        case "unsent": .unsent
        default: ProbeOutcome(rawValue: text).map(ProbeRecord.Stage.settled)
        }
    }

    /// `nil` for a stage that a newer version has written.
    private static func record(_ row: Row) -> ProbeRecord? {
        guard let stage = stage(row["stage"]) else { return nil }
        var record = ProbeRecord(
            id: row["id"], journey: row["journey"], vantage: row["vantage"], begunAt: Timestamp(milliseconds: row["begun_at"]), stage: stage
        )
        record.acceptedAt = moment(row["accepted_at"])
        record.server = row["server"]
        record.reply = row["reply"]
        record.queueID = row["queue_id"]
        record.settledAt = moment(row["settled_at"])
        record.reason = row["reason"]
        if let place = (row["place"] as String?).flatMap(ProbeSighting.Place.init), let folder = row["folder"] as String?,
            let uid = (row["uid"] as Int64?).flatMap({ UInt32(exactly: $0) }), let seenAt = moment(row["seen_at"])
        {
            record.sighting = ProbeSighting(place: place, folder: folder, uid: uid, at: seenAt)
        }
        return record
    }

    private static func moment(_ milliseconds: Int64?) -> Timestamp? {
        milliseconds.map(Timestamp.init(milliseconds:))
    }
}
