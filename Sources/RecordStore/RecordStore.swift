import Foundation
import GRDB
import PostwatchModel
import PostwatchRuntime

/// What must be known again after a restart, in one SQLite file: alerts, incidents with their timelines, pages on their way, probe messages.
/// Every write is one transaction that is on disk when the call returns.
public struct RecordStore: Sendable {
    let database: DatabaseQueue
    let probes: ProbeWriter
    let reports: ReportWriter
    private let reserve: ReserveFile

    /// Opens or makes `path`. Throws `RecordStoreFailure`.
    /// - Parameters:
    ///   - probeLimits: how long probe messages that have ended are remembered.
    ///   - reportLimits: how much of what agents and journeys tell is kept.
    public init(path: String, probeLimits: ProbeLimits = ProbeLimits(), reportLimits: ReportLimits = ReportLimits()) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            // FULL: a transaction that was reported is on the disk, also after a power cut.
            try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
        }
        configuration.busyMode = .timeout(5)
        do {
            database = try DatabaseQueue(path: path, configuration: configuration)
            try Migrations.all.migrate(database)
        } catch {
            throw RecordStoreFailure.cannotOpen(path: path, reason: "\(error)")
        }
        probes = ProbeWriter(database: database, limits: probeLimits)
        reports = ReportWriter(database: database, limits: reportLimits)
        reserve = ReserveFile(path: path + ".reserve")
        reserve.keep()
    }

    /// One transaction. On a full disk the reserve is given up for it: an incident that begins then must not be lost.
    func write<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws -> Result {
        do {
            let result = try await database.write(body)
            reserve.keep()
            return result
        } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL && reserve.release() {
            return try await database.write(body)
        }
    }
}

/// The records could not be kept.
public enum RecordStoreFailure: Error, Hashable, Sendable, CustomStringConvertible {
    case cannotOpen(path: String, reason: String)
    /// More waits for the disk than may be in memory.
    case overloaded

    public var description: String {
        switch self {
        case .cannotOpen(let path, let reason):
            "cannot open \(path): \(reason); check that the directory exists, is writable, and that the file is a Postwatch record store"
        case .overloaded: "the disk of records.sqlite is too slow for what comes; look at its load"
        }
    }
}
