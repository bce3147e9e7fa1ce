import Foundation
import GRDB
import PostwatchModel

extension RecordStore: ReportStoring {
    @discardableResult
    public func keep(_ batch: ReportBatch, at now: Timestamp) async throws -> [MessageChange] {
        try await reports.keep(batch, at: now)
    }

    public func lastRuns(since moment: Timestamp) throws -> [(report: JourneyReport, takenAt: Timestamp)] {
        try database.read { database in
            try Row.fetchAll(
                database, sql: "SELECT record, taken_at FROM last_run WHERE taken_at >= ? ORDER BY started_at",
                arguments: [moment.milliseconds]
            )
            // What another release wrote may not be readable.
            .compactMap { row in
                let report = try? JSONDecoder().decode(JourneyReport.self, from: Data((row["record"] as String).utf8))
                return report.map { ($0, Timestamp(milliseconds: row["taken_at"])) }
            }
        }
    }

    public func reportedEnds(of probes: [String]) async throws -> [ProbeRecord] {
        let probes = Array(probes.prefix(Self.probesPerQuery))
        guard !probes.isEmpty else { return [] }
        let marks = probes.map { _ in "?" }.joined(separator: ", ")
        return try await database.read { database in
            try String.fetchAll(
                database, sql: "SELECT record FROM reported_message WHERE probe IN (\(marks))", arguments: StatementArguments(probes)
            ).compactMap(Self.end)
        }
    }

    /// Messages that were booked as lost since `moment`, and those of other vantages that were told as lost since then: what their clocks
    /// say is theirs. At most 1000 of each, the newest. Reads from disk while the caller waits.
    public func losses(since moment: Timestamp) throws -> [ProbeRecord] {
        try database.read { database in
            let told = try String.fetchAll(
                database,
                sql: "SELECT record FROM reported_message WHERE outcome = 'lost' AND taken_at >= ? ORDER BY taken_at DESC LIMIT 1000",
                arguments: [moment.milliseconds]
            ).compactMap(Self.end)
            return try ProbeRows.ends(since: moment, stages: ["lost"], limit: 1000, in: database) + told
        }
    }

    /// Messages that ended last, oldest first: whoever is to be told of ends may not have heard of them when the process was killed.
    /// - Parameter span: before the last of all. Reads from disk while the caller waits.
    public func lastEnds(within span: Duration, limit: Int) throws -> [ProbeRecord] {
        try database.read { database in
            guard let last = try Int64.fetchOne(database, sql: "SELECT max(settled_at) FROM probe") else { return [] }
            return try ProbeRows.ends(
                since: Timestamp(milliseconds: last) - span, stages: ProbeOutcome.allCases.map(\.rawValue), limit: limit, in: database
            ).reversed()
        }
    }

    // MARK: - Private

    /// What another release wrote may not be readable.
    private static func end(_ record: String) -> ProbeRecord? {
        try? JSONDecoder().decode(MessageReport.self, from: Data(record.utf8)).record
    }
}
