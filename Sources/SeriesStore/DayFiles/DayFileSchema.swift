import GRDB

/// The tables of a day file. Frozen: a change is a new version with its own reader.
enum DayFileSchema {
    static let version = 2
    /// Small pages: the unused rest of a row's last page is part of every block.
    static let pageSize = 4096

    /// Has to run before anything else on a new connection; without effect on a file that has content.
    static func configure(_ database: Database) throws {
        guard try Int.fetchOne(database, sql: "PRAGMA page_count") == 0 else { return }
        try database.execute(sql: "PRAGMA page_size = \(pageSize); PRAGMA auto_vacuum = INCREMENTAL")
    }

    /// Finds out whether the tables are those of this release.
    static func check(_ database: Database) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found != version else { return }
        // Not one of the results that mean damage: the file is left where it is.
        throw DatabaseError(resultCode: .SQLITE_FORMAT, message: "day file of version \(found); this release reads version \(version)")
    }

    /// Makes the tables of an empty file.
    static func create(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE blocks (
                    id INTEGER PRIMARY KEY, run INTEGER NOT NULL, level INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
                    first_metric BLOB NOT NULL, last_metric BLOB NOT NULL, series INTEGER NOT NULL, samples INTEGER NOT NULL,
                    labels BLOB NOT NULL, data BLOB NOT NULL
                );
                CREATE INDEX blocks_by_metric ON blocks (first_metric, last_metric, first, last, run, level);
                CREATE TABLE merge (first_run INTEGER NOT NULL, last_run INTEGER NOT NULL, level INTEGER NOT NULL);
                PRAGMA user_version = \(version);
                """)
    }
}
