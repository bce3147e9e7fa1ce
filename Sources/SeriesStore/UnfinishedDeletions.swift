import Logging
import PostwatchModel
import Synchronization

/// Deletions that are not done in all files yet. The journal does not forget them until they are.
final class UnfinishedDeletions: Sendable {
    /// What is left of a deletion where a file could not be changed.
    struct Rest: Sendable {
        let span: StoredSpan
        /// As far as it concerns the file.
        let deletion: DeletionRecord

        func isSame(as other: Rest) -> Bool { span == other.span && deletion.encoded == other.deletion.encoded }
    }

    private struct State: Sendable {
        var begun: [Int: DeletionRecord] = [:]
        var nextNumber = 0
        var rests: [Rest] = []
    }

    private let state = Mutex(State())

    /// What must outlive a crash.
    var deletions: [DeletionRecord] { state.withLock { Array($0.begun.values) + $0.rests.map(\.deletion) } }

    /// Files that could not be changed, each once.
    var files: [String] { state.withLock { Set($0.rests.map(\.span)).sorted().map(\.fileName) } }

    /// A deletion is about to be journalled. To be called before, so that no flush in between makes the journal forget it.
    /// Returns a number for `end`.
    func begin(_ deletion: DeletionRecord) -> Int {
        state.withLock { state in
            state.nextNumber += 1
            state.begun[state.nextNumber] = deletion
            return state.nextNumber
        }
    }

    /// The deletion is done, but for what was left by `leave`.
    func end(_ number: Int) {
        state.withLock { $0.begun[number] = nil }
    }

    /// A deletion was tried; what it could not do stays to be done.
    func leave(_ deletion: DeletionRecord, after report: DayFileShelf.Deletion, _ logger: Logger) {
        let rests = report.failures.map { span, _ in
            let range = deletion.range.clamped(to: span.start...span.end)
            return Rest(span: span, deletion: DeletionRecord(matchers: deletion.matchers, range: range))
        }
        state.withLock { state in
            // Who is told that it failed may ask for it again.
            state.rests.removeAll { known in rests.contains { $0.isSame(as: known) } }
            state.rests += rests
        }
        for (span, failure) in report.failures {
            logger.error(
                "A deletion could not be done in a file; it is tried again before each flush",
                metadata: ["file": "\(span.fileName)", "reason": "\(failure)"])
        }
    }

    /// Tries the rest again; `isDone` says what became of it.
    func redo(_ isDone: (Rest) -> Bool) {
        let rests = state.withLock { $0.rests }
        // Nothing but upkeep adds to them, and it waits for this.
        let left = rests.filter { !isDone($0) }
        state.withLock { $0.rests = left }
    }
}
