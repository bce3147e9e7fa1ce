import NIOCore
import PostwatchModel
import Synchronization

/// The books of every journey of a process that sends messages, and where they are kept.
public final class ProbeAccounting: Sendable {
    /// How long a run waits for the disk at most. A run has a timeout, and a disk that hangs must not break it.
    private static let patience = TimeAmount.seconds(2)

    private let recording: (any ProbeRecording)?
    private let report: @Sendable (ProbeNews) -> Void
    private let books = Mutex<[String: Shelf]>([:])

    /// Books live as long as their journeys.
    private struct Shelf {
        weak var book: ProbeBook?
    }

    /// - Parameter recording: keeps the books over restarts. Without one they end with the process: for a run by hand.
    /// - Parameter report: hears of lost messages and of books that cannot be kept.
    public init(recording: (any ProbeRecording)? = nil, report: @escaping @Sendable (ProbeNews) -> Void = { _ in }) {
        self.recording = recording
        self.report = report
    }

    /// Books what became of a message of any of the journeys, as a log or another message tells it. `false` when none of them has sent
    /// it, or when it was sent so long ago that nobody remembers. A message that was seen in a mailbox keeps its outcome.
    /// - Parameter reason: `550 5.1.1 Recipient address rejected`, for the people who ask what became of it.
    @discardableResult
    public func settle(_ id: String, as outcome: ProbeOutcome, because reason: String? = nil, at now: Timestamp) async -> Bool {
        var owner = books.withLock { $0.values.lazy.compactMap(\.book).first { $0.record(of: id) != nil } }
        if owner == nil, let record = try? await recording?.probes([id]).first {
            owner = books.withLock { $0[record.journey]?.book }
            owner?.recall([record])
        }
        guard let owner else { return false }
        owner.settle(id, as: outcome, because: reason, at: now)
        await close()
        return true
    }

    /// Returns when all that is booked is on disk, or cannot be brought there: before the process ends.
    public func close() async {
        do {
            try await recording?.flush()
        } catch {
            report(.notRecorded(reason: "\(error)"))
        }
    }

    // MARK: - For the journeys

    /// Opens the books of a journey, with what an earlier process left in them. Throws when they cannot be read.
    func open(_ setting: JourneySetting, terms: ProbeLedger.Terms) throws -> ProbeBook {
        let (journey, vantage) = (setting.configuration.name, setting.vantage)
        let account = try recording?.account(of: journey, vantage: vantage) ?? ProbeAccount()
        let ledger = ProbeLedger(journey: journey, vantage: vantage, terms: terms, account: account, openedAt: setting.world.now())
        let book = ProbeBook(ledger: ledger, books: self, setting: setting)
        books.withLock { $0[journey] = Shelf(book: book) }
        return book
    }

    func note(_ change: ProbeChange) { recording?.note(change) }

    func tell(_ news: ProbeNews) { report(news) }

    /// Returns when all that was noted is on disk. Where that fails, or takes too long, it is told, and measuring goes on: the next change
    /// tries again.
    func persist(before deadline: NIODeadline, on loop: any EventLoop) async {
        guard let recording else { return }
        let alarm = loop.scheduleTask(deadline: min(deadline, .now() + Self.patience)) {}
        let failure = await withTaskGroup(of: String?.self) { group in
            group.addTask {
                do {
                    try await recording.flush()
                    return nil
                } catch {
                    return "\(error)"
                }
            }
            group.addTask {
                _ = try? await alarm.futureResult.get()
                return "the disk did not answer in time"
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            alarm.cancel()
            return first
        }
        // A run that is cut short by our own end leaves the rest to `close`.
        if let failure, !Task.isCancelled { report(.notRecorded(reason: failure)) }
    }

    func probes(_ ids: [String]) async -> [ProbeRecord] {
        guard let recording, !ids.isEmpty else { return [] }
        do {
            return try await recording.probes(ids)
        } catch {
            report(.notRecorded(reason: "\(error)"))
            return []
        }
    }
}
