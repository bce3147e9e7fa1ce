import Foundation
import GRDB
import PostwatchModel

extension RecordStore: ReportStoring {
    public func keep(_ batch: ReportBatch, at now: Timestamp) async throws {
        try await reports.keep(batch, at: now)
    }

    public func lastRuns(since moment: Timestamp) throws -> [JourneyReport] {
        try database.read { database in
            try String.fetchAll(
                database, sql: "SELECT record FROM last_run WHERE taken_at >= ? ORDER BY started_at", arguments: [moment.milliseconds]
            )
            // What another release wrote may not be readable.
            .compactMap { try? JSONDecoder().decode(JourneyReport.self, from: Data($0.utf8)) }
        }
    }
}
