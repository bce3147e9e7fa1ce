import GRDB
import PostwatchModel
import Synchronization

/// Writes what agents tell, all that waits in one transaction: while one is being synced, the next gathers. In memory is only what its
/// senders wait for: they have what was not taken.
final class ReportWriter: Sendable {
    private typealias Answer = CheckedContinuation<[MessageChange], any Error>

    private struct Order {
        let number: Int
        let batch: ReportBatch
        let at: Timestamp
        let answer: Answer
    }

    private struct State {
        /// By the order in which they came.
        var waiting: [Int: Order] = [:]
        var waitingRows = 0
        /// Those whose content the transaction under way holds.
        var writing: [Int: Answer] = [:]
        var lastNumber = 0
        var isScheduled = false
        /// Written since what is too much was removed last, in bytes.
        var untrimmed = 0
        /// What is on disk and new of messages, oldest first, of senders who waited no longer when it was written: they send it again, and
        /// nothing of it is new then. The next who tells of messages hears of it.
        var untold: [MessageChange] = []

        /// Takes back whatever waits or is being written: its sender waits no longer.
        mutating func withdraw(_ number: Int) -> Answer? {
            if let order = waiting.removeValue(forKey: number) {
                waitingRows -= order.batch.count
                return order.answer
            }
            return writing.removeValue(forKey: number)
        }

        /// Gives what a transaction brought to whoever still waits for it, and keeps what is new of messages of those who do not.
        mutating func answer(_ orders: [Order], _ changes: [Int: [MessageChange]]) -> [(Answer, [MessageChange])] {
            var answers: [(Answer, [MessageChange])] = []
            for order in orders {
                let news = changes[order.number] ?? []
                guard let answer = writing.removeValue(forKey: order.number) else {
                    untold = Array((untold + news).suffix(ReportWriter.mostUntold))
                    continue
                }
                // The server's own journeys bring their messages' ways, and do not listen.
                guard !order.batch.messages.isEmpty else {
                    answers.append((answer, news))
                    continue
                }
                answers.append((answer, untold + news))
                untold = []
            }
            return answers
        }
    }

    /// Reports that wait for the disk. Those of some hundred requests: who finds no room comes again.
    private static let mostWaitingRows = 100_000
    /// A transaction that is longer holds up incidents and the books of messages, which are in the same file.
    private static let mostRowsAtOnce = 10_000
    /// Changes of messages of which nobody has heard. Those of some requests that the disk held up for longer than their senders wait.
    private static let mostUntold = 10_000

    private let database: DatabaseQueue
    private let limits: ReportLimits
    private let state = Mutex(State())

    init(database: DatabaseQueue, limits: ReportLimits) {
        self.database = database
        self.limits = limits
    }

    /// Throws at once when it is cancelled; what is being written may be kept then, and what is new of its messages is part of a later
    /// answer.
    func keep(_ batch: ReportBatch, at now: Timestamp) async throws -> [MessageChange] {
        guard !batch.isEmpty else { return [] }
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (answer: Answer) in
                let refusal: (any Error)? = state.withLock { state in
                    guard !Task.isCancelled else { return CancellationError() }
                    guard state.waitingRows + batch.count <= Self.mostWaitingRows else { return RecordStoreFailure.overloaded }
                    state.waiting[number] = Order(number: number, batch: batch, at: now, answer: answer)
                    state.waitingRows += batch.count
                    schedule(&state)
                    return nil
                }
                if let refusal { answer.resume(throwing: refusal) }
            }
        } onCancel: {
            state.withLock { $0.withdraw(number) }?.resume(throwing: CancellationError())
        }
    }

    /// Removes what is too old, and the oldest of too much.
    func trim(at now: Timestamp) async throws {
        let limits = limits
        try await database.write { try ReportRows.trim(to: limits, at: now, in: $0) }
    }

    // MARK: For tests

    var waitingCount: Int { state.withLock { $0.waiting.count } }
    var writingCount: Int { state.withLock { $0.writing.count } }

    // MARK: - Private

    private func schedule(_ state: inout State) {
        guard !state.isScheduled else { return }
        state.isScheduled = true
        database.asyncWriteWithoutTransaction { [self] database in drain(into: database) }
    }

    private func drain(into database: Database) {
        let (orders, untrimmed) = state.withLock { state in
            state.isScheduled = false
            return (takeOrders(&state), state.untrimmed)
        }
        guard let newest = orders.last?.at else { return }
        var written = 0
        var changes: [Int: [MessageChange]] = [:]
        var isTrimmed = false
        var failure: (any Error)?
        do {
            try database.inTransaction(.immediate) {
                for order in orders {
                    let outcome = try ReportRows.write(order.batch, at: order.at, to: database)
                    written += outcome.bytes
                    changes[order.number] = outcome.changes
                }
                if untrimmed + written >= limits.bytesBetweenTrims {
                    try ReportRows.trim(to: limits, at: newest, in: database)
                    isTrimmed = true
                }
                return .commit
            }
        } catch {
            failure = error
        }
        if let failure {
            let refused = state.withLock { state in
                defer { state.writing = [:] }
                return state.writing
            }
            for answer in refused.values { answer.resume(throwing: failure) }
            return
        }
        let answers = state.withLock { state in
            state.untrimmed = isTrimmed ? 0 : untrimmed + written
            return state.answer(orders, changes)
        }
        for (answer, news) in answers { answer.resume(returning: news) }
    }

    /// The oldest of those that wait, at least one when there is any.
    private func takeOrders(_ state: inout State) -> [Order] {
        var orders: [Order] = []
        var rows = 0
        for number in state.waiting.keys.sorted() {
            guard let order = state.waiting[number], orders.isEmpty || rows + order.batch.count <= Self.mostRowsAtOnce else { break }
            state.waiting[number] = nil
            state.waitingRows -= order.batch.count
            state.writing[number] = order.answer
            orders.append(order)
            rows += order.batch.count
        }
        if !state.waiting.isEmpty { schedule(&state) }
        return orders
    }
}
