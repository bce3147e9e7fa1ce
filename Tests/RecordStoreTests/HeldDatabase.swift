import Foundation
import GRDB

/// Another process that holds the lock of a database: a write to it is under way and does not come on.
final class HeldDatabase: Sendable {
    private let database: DatabaseQueue
    private let end = DispatchSemaphore(value: 0)

    /// Returns when the lock is held.
    init(path: String) async throws {
        database = try DatabaseQueue(path: path)
        let end = end
        await withCheckedContinuation { continuation in
            database.asyncWriteWithoutTransaction { database in
                try? database.execute(sql: "BEGIN IMMEDIATE")
                continuation.resume()
                end.wait()
                try? database.execute(sql: "ROLLBACK")
            }
        }
    }

    func release() { end.signal() }
}
