import Foundation
import GRDB
import PostwatchModel

/// Which days are summed up in a month file, and what is still to do: kept in the same transaction as the summaries, so that a crash
/// repeats nothing and loses nothing. All functions throw what SQLite throws.
struct SummaryLedger {
    /// How far a day is.
    enum State: Int, Sendable {
        /// Series up to the progress are summed up.
        case underWay = 0
        /// All series are. The day file holds their samples too, or is gone.
        case whole = 1
        /// The file with the samples is gone. What is in a day file now came later, and is to be added.
        case kept = 2
        /// The same, and some of what came later has been added. The day file goes when all has.
        case adding = 3
    }

    struct Entry: Hashable, Sendable {
        var state: State
        /// Label bytes of the last series that is done; `nil` before the first.
        var progress: [UInt8]?
        /// Samples came after their series was summed up.
        var isLate: Bool

        /// Whether summaries answer for the day.
        var isReadable: Bool {
            switch state {
            case .underWay: false
            case .whole: !isLate
            case .kept, .adding: true
            }
        }

        /// Whether nothing is to be done.
        var isSettled: Bool { !isLate && (state == .whole || state == .kept) }
        /// Whether summaries are all there is of most samples.
        var isAlone: Bool { state == .kept || state == .adding }
    }

    let database: Database

    init(_ database: Database) {
        self.database = database
    }

    static func createTables(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE summaries (day INTEGER PRIMARY KEY, state INTEGER NOT NULL, progress BLOB);
                CREATE TABLE late (day INTEGER NOT NULL, labels BLOB NOT NULL, PRIMARY KEY (day, labels)) WITHOUT ROWID;
                """)
    }

    /// All days that were begun.
    func entries() throws -> [Day: Entry] {
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT day, state, progress, EXISTS (SELECT 1 FROM late WHERE late.day = summaries.day) FROM summaries ORDER BY day")
        var entries: [Day: Entry] = [:]
        while let row = try rows.next() {
            let progress: Data? = row[2] as DatabaseValue == .null ? nil : try row.checked(2)
            guard let state = State(rawValue: try row.checked(1)) else {
                throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a day is in a state that there is not")
            }
            entries[Day(number: try row.checked(0))] = Entry(state: state, progress: progress.map(Array.init), isLate: try row.checked(3))
        }
        return entries
    }

    func set(_ day: Day, _ state: State, progress: LabelSet? = nil) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO summaries (day, state, progress) VALUES (?, ?, ?)",
            arguments: [day.number, state.rawValue, progress.map { Data($0.bytes) }])
    }

    /// The samples of a day that was begun are in no day file any more, and it is about to get a new one.
    func keep(_ day: Day) throws {
        try database.execute(
            sql: "UPDATE summaries SET state = ?, progress = NULL WHERE day = ?", arguments: [State.kept.rawValue, day.number])
        try database.execute(sql: "DELETE FROM late WHERE day = ?", arguments: [day.number])
    }

    /// To be called before late samples are written: a crash in between costs a second look, not a sample.
    func noteLate(_ labels: some Sequence<LabelSet>, on day: Day) throws {
        let statement = try database.cachedStatement(sql: "INSERT OR IGNORE INTO late (day, labels) VALUES (?, ?)")
        for one in labels { try statement.execute(arguments: [day.number, Data(one.bytes)]) }
    }

    /// Some of the series with late samples.
    func lateSeries(on day: Day, limit: Int) throws -> [LabelSet] {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT labels FROM late WHERE day = ? ORDER BY labels LIMIT ?", arguments: [day.number, limit])
        var labels: [LabelSet] = []
        while let row = try rows.next() {
            let bytes: Data = try row.checked(0)
            labels.append(LabelSet(canonical: Array(bytes)))
        }
        return labels
    }

    func removeLate(_ labels: some Sequence<LabelSet>, on day: Day) throws {
        let statement = try database.cachedStatement(sql: "DELETE FROM late WHERE day = ? AND labels = ?")
        for one in labels { try statement.execute(arguments: [day.number, Data(one.bytes)]) }
    }
}
