import Foundation
import GRDB

/// The tables of a day file. Frozen: a change is a new version with its own reader.
enum DayFileSchema {
    static let version = 1
    /// A query that wants one sample decodes at most this many.
    static let samplesPerChunk = 1024

    /// Creates the tables of an empty file; finds out whether those of an older one are known.
    static func prepare(_ database: Database) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        if found == version { return }
        guard found == 0 else {
            throw DatabaseError(resultCode: .SQLITE_ERROR, message: "day file of version \(found); this release reads version \(version)")
        }
        try database.execute(
            sql: """
                CREATE TABLE series (id INTEGER PRIMARY KEY, labels BLOB NOT NULL UNIQUE);
                CREATE TABLE postings (
                    name TEXT NOT NULL, value TEXT NOT NULL, series INTEGER NOT NULL, PRIMARY KEY (name, value, series)
                ) WITHOUT ROWID;
                CREATE TABLE chunks (
                    id INTEGER PRIMARY KEY, series INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, data BLOB NOT NULL
                );
                CREATE INDEX chunks_of_series ON chunks (series, first);
                PRAGMA user_version = \(version);
                """)
    }
}

extension DayFile {
    static func data(_ bytes: [UInt8]) -> Data { Data(bytes) }
}
