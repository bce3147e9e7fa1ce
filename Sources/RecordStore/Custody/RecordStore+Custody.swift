import Foundation
import GRDB
import PostwatchModel

extension RecordStore: CustodyStoring {
    /// Ways of messages are of use while somebody looks into what happened.
    private static let custodyAge = Duration.seconds(3 * 86_400)
    private static let mostPassages = 50_000
    private static let mostTransits = 200_000
    /// SQLite takes so many parameters in one statement at least.
    private static let probesPerQuery = 500

    public func keep(_ passages: [ProbePassage], _ transits: [Transit], at now: Timestamp) async throws {
        guard !passages.isEmpty || !transits.isEmpty else { return }
        try await write { database in
            let passage = try database.cachedStatement(
                sql: """
                    INSERT INTO passage (probe, journey, vantage, started_at, is_delivered, record) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (probe) DO UPDATE SET is_delivered = excluded.is_delivered, record = excluded.record
                    """)
            for one in passages {
                try passage.execute(arguments: [
                    one.probe, one.journey, one.vantage, one.startedAt.milliseconds, one.visibleAt != nil, try Self.json(one),
                ])
            }
            let transit = try database.cachedStatement(
                sql: """
                    INSERT INTO transit (key, probe, taken_at, record) VALUES (?, ?, ?, ?)
                    ON CONFLICT (key) DO UPDATE SET record = excluded.record
                    """)
            for one in transits { try transit.execute(arguments: [one.key, one.probe, now.milliseconds, try Self.json(one)]) }
        }
    }

    public func trimCustody(at now: Timestamp) async throws {
        let oldest = (now - Self.custodyAge).milliseconds
        try await write { database in
            try database.execute(sql: "DELETE FROM passage WHERE started_at < ?", arguments: [oldest])
            try database.execute(sql: "DELETE FROM transit WHERE taken_at < ?", arguments: [oldest])
            for (table, column, most) in [("passage", "started_at", Self.mostPassages), ("transit", "taken_at", Self.mostTransits)] {
                try database.execute(
                    sql: "DELETE FROM \(table) WHERE \(column) < (SELECT \(column) FROM \(table) ORDER BY \(column) DESC LIMIT 1 OFFSET ?)",
                    arguments: [most])
            }
        }
    }

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

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static func value<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
