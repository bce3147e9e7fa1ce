import Foundation
import GRDB
import PostwatchModel
import Synchronization

/// Writes what becomes of probe messages, several changes to a transaction: while one is being synced, the next gathers.
final class ProbeWriter: Sendable {
    private struct State {
        var pending = ProbeBatch()
        /// What the transaction under way holds.
        var writing = ProbeBatch()
        var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
        var lastWaiter = 0
        var isScheduled = false
        var trimmedAt = Timestamp(milliseconds: .min)
    }

    /// Between two removals of what is too old: each is small then.
    private static let trimInterval = Duration.seconds(60)

    private let database: DatabaseQueue
    private let limits: ProbeLimits
    private let state = Mutex(State())

    init(database: DatabaseQueue, limits: ProbeLimits) {
        self.database = database
        self.limits = limits
    }

    func note(_ change: ProbeChange) {
        state.withLock { state in
            state.pending.take(change)
            schedule(&state)
        }
    }

    func flush() async throws {
        let number = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                state.withLock { state in
                    guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                    guard !state.pending.isEmpty || !state.writing.isEmpty else { return continuation.resume() }
                    state.waiters[number] = continuation
                    schedule(&state)
                }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume(throwing: CancellationError())
        }
    }

    func account(of journey: String, vantage: String) throws -> ProbeAccount {
        try database.read { database in
            let key = ProbeBatch.AccountKey(journey: journey, vantage: vantage)
            let tally = try ProbeRows.tally(of: key, in: database)
            let stored = try ProbeRows.outstanding(of: key, in: database)
            // What is still on its way to the disk is newer.
            let unwritten = unwritten
            var records = Dictionary(stored.map { ($0.id, $0) }) { first, _ in first }
            for (id, record) in unwritten.records where record.journey == journey && record.vantage == vantage { records[id] = record }
            return ProbeAccount(
                tally: unwritten.tallies[key] ?? tally ?? ProbeTally(),
                outstanding: records.values.filter(\.isOutstanding).sorted { ($0.begunAt, $0.id) < ($1.begunAt, $1.id) })
        }
    }

    func records(_ ids: [String]) async throws -> [ProbeRecord] {
        try await database.read { [self] database in
            let unwritten = unwritten.records
            return try ids.compactMap { id in try unwritten[id] ?? ProbeRows.record(id, in: database) }
        }
    }

    // MARK: For tests

    var isWriting: Bool { state.withLock { !$0.writing.isEmpty } }
    var waiterCount: Int { state.withLock { $0.waiters.count } }

    // MARK: - Private

    private var unwritten: ProbeBatch {
        state.withLock { state in
            var batch = state.writing
            batch.take(newer: state.pending)
            return batch
        }
    }

    private func schedule(_ state: inout State) {
        guard !state.isScheduled else { return }
        state.isScheduled = true
        database.asyncWriteWithoutTransaction { [self] database in drain(into: database) }
    }

    private func drain(into database: Database) {
        let (batch, numbers, isTrimming) = state.withLock { state in
            state.isScheduled = false
            state.writing = state.pending
            state.pending = ProbeBatch()
            // They stay where they can be called off: the disk may hang.
            let numbers = Array(state.waiters.keys)
            let newest = state.writing.newestEnd
            let isTrimming = newest.map { $0 >= state.trimmedAt + Self.trimInterval || state.trimmedAt.milliseconds == .min } ?? false
            if isTrimming, let newest { state.trimmedAt = newest }
            return (state.writing, numbers, isTrimming)
        }
        var failure: (any Error)?
        if !batch.isEmpty {
            do {
                try database.inTransaction(.immediate) {
                    try ProbeRows.write(batch, to: database)
                    if isTrimming, let newest = batch.newestEnd { try ProbeRows.trim(to: limits, at: newest, in: database) }
                    return .commit
                }
            } catch {
                failure = error
            }
        }
        let waiters = state.withLock { state in
            if failure != nil {
                var retried = state.writing
                retried.take(newer: state.pending)
                state.pending = retried
            }
            state.writing = ProbeBatch()
            return numbers.compactMap { state.waiters.removeValue(forKey: $0) }
        }
        for waiter in waiters {
            if let failure { waiter.resume(throwing: failure) } else { waiter.resume() }
        }
    }
}
