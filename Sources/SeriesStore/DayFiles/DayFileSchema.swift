import GRDB

/// The tables of a day file. Frozen: a change is a new version with its own reader.
enum DayFileSchema {
    static let version = HistogramTable.schemaVersion
    /// Files from this version on are read, and written to; version 2 has no histograms.
    static let oldestVersion = 2
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
        if (oldestVersion...version).contains(found) { return }
        // Not one of the results that mean damage: the file is left where it is.
        let message = "day file of version \(found); this release reads \(oldestVersion) to \(version)"
        throw DatabaseError(resultCode: .SQLITE_FORMAT, message: message)
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
                """)
        try addHistograms(to: database)
    }

    /// Makes a file of version 2 one of version 3.
    static func addHistograms(to database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE histograms (
                    id INTEGER PRIMARY KEY, metric BLOB NOT NULL, labels BLOB NOT NULL, level INTEGER NOT NULL, first INTEGER NOT NULL,
                    last INTEGER NOT NULL, samples INTEGER NOT NULL, seal INTEGER NOT NULL, data BLOB NOT NULL
                );
                CREATE INDEX histograms_by_series ON histograms (metric, labels, level, first, last, samples, seal);
                CREATE INDEX histograms_by_time ON histograms (last);
                PRAGMA user_version = \(HistogramTable.schemaVersion);
                """)
    }
}
