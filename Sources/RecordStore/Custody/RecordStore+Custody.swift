import Foundation
import GRDB
import PostwatchModel

extension RecordStore: CustodyStoring {
    /// SQLite takes so many parameters in one statement at least.
    static let probesPerQuery = 500

    public func keep(_ passages: [ProbePassage], _ transits: [Transit], at now: Timestamp) async throws {
        var batch = ReportBatch()
        batch.passages = passages
        batch.transits = transits
        try await keep(batch, at: now)
    }

    public func trimCustody(at now: Timestamp) async throws { try await reports.trim(at: now) }

    public func passage(of probe: String) async throws -> ProbePassage? {
        try await database.read { database in
            try String.fetchOne(database, sql: "SELECT record FROM passage WHERE probe = ?", arguments: [probe])
                .map { try Self.value(ProbePassage.self, $0) }
        }
    }

    public func passages(ofJourney journey: String?, limit: Int) async throws -> [ProbePassage] {
        try await database.read { database in
            let condition = journey == nil ? "" : "WHERE journey = ?"
            return try String.fetchAll(
                database, sql: "SELECT record FROM passage \(condition) ORDER BY started_at DESC LIMIT ?",
                arguments: StatementArguments((journey.map { [$0] } ?? [])) + [limit]
            ).map { try Self.value(ProbePassage.self, $0) }
        }
    }

    public func deliveredPassages(
        from vantage: String, between start: Timestamp, and end: Timestamp, limit: Int
    ) async throws -> [ProbePassage] {
        try await database.read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT record FROM passage WHERE vantage = ? AND is_delivered AND started_at BETWEEN ? AND ?
                    ORDER BY started_at DESC LIMIT ?
                    """, arguments: [vantage, start.milliseconds, end.milliseconds, limit]
            ).map { try Self.value(ProbePassage.self, $0) }
        }
    }

    public func transits(of probes: [String]) async throws -> [Transit] {
        let probes = Array(probes.prefix(Self.probesPerQuery))
        guard !probes.isEmpty else { return [] }
        let marks = probes.map { _ in "?" }.joined(separator: ", ")
        return try await database.read { database in
            try String.fetchAll(
                database, sql: "SELECT record FROM transit WHERE probe IN (\(marks))", arguments: StatementArguments(probes)
            ).map { try Self.value(Transit.self, $0) }
        }
    }

    // MARK: - Private

    private static func value<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
