import NIOCore
import PostwatchModel
import Synchronization

/// The books of every journey of a process that sends messages, and where they are kept.
public final class ProbeAccounting: Sendable {
    /// How long a run waits for the disk at most. A run has a timeout, and a disk that hangs must not break it.
    private static let patience = TimeAmount.seconds(2)

    private let recording: (any ProbeRecording)?
    private let report: @Sendable (ProbeNews) -> Void
    private let ended: @Sendable ([ProbeRecord]) -> Void
    private let flushes: DiskLine<Void, Void>
    private let readings: DiskLine<[String], [String: ProbeRecord]>
    private let books = Mutex<[String: Shelf]>([:])

    /// Books live as long as their journeys.
    private struct Shelf {
        weak var book: ProbeBook?
    }

    /// - Parameters:
    ///   - recording: keeps the books over restarts. Without one they end with the process: for a run by hand.
    ///   - report: hears of lost messages and of books that cannot be kept.
    ///   - ended: hears of every message that was booked as ended, in the order of the bookings; of one that is booked anew again. Must not
    ///     wait.
    public init(
        recording: (any ProbeRecording)? = nil, report: @escaping @Sendable (ProbeNews) -> Void = { _ in },
        ended: @escaping @Sendable ([ProbeRecord]) -> Void = { _ in }
    ) {
        self.recording = recording
        self.report = report
        self.ended = ended
        flushes = DiskLine { _ in try await recording?.flush() }
        readings = DiskLine { requests in
            let found = try await recording?.probes(Array(Set(requests.joined()))) ?? []
            return Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        }
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

    func note(_ change: ProbeChange) {
        recording?.note(change)
        let records = change.records.filter(\.hasEnded)
        if !records.isEmpty { ended(records) }
    }

    func tell(_ news: ProbeNews) { report(news) }

    /// Returns when all that was noted is on disk. Where that fails, or takes too long, it is told, and measuring goes on: the next change
    /// tries again. `false` then.
    @discardableResult
    func persist(before deadline: NIODeadline, on loop: any EventLoop) async -> Bool {
        guard recording != nil else { return true }
        do {
            try await flushes.ask((), before: min(deadline, .now() + Self.patience), on: loop)
            return true
        } catch {
            tellUnlessCancelled(error)
            return false
        }
    }

    /// What the disk knows of messages; `nil` when it does not answer in time, which is told.
    func probes(_ ids: [String], before deadline: NIODeadline, on loop: any EventLoop) async -> [ProbeRecord]? {
        guard recording != nil, !ids.isEmpty else { return [] }
        do {
            let found = try await readings.ask(ids, before: min(deadline, .now() + Self.patience), on: loop)
            return ids.compactMap { found[$0] }
        } catch {
            tellUnlessCancelled(error)
            return nil
        }
    }

    // MARK: - Private

    /// A run that is cut short by our own end leaves the rest to `close`.
    private func tellUnlessCancelled(_ error: any Error) {
        if !Task.isCancelled { report(.notRecorded(reason: "\(error)")) }
    }
}

extension ProbeRecord {
    /// Booked as ended: not one that was never sent.
    fileprivate var hasEnded: Bool {
        if case .settled = stage { true } else { false }
    }
}
