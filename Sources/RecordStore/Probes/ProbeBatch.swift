import PostwatchModel

/// Changes that are written together. Of each message and each journey only the last state counts, so that a batch which cannot be written
/// grows with the number of messages, not with that of changes.
struct ProbeBatch: Sendable {
    struct AccountKey: Hashable, Sendable {
        let journey: String
        let vantage: String
    }

    /// Messages that a batch holds while the disk takes none: beyond that those that ended go, the first known first.
    private static let recordLimit = 200_000

    private(set) var records: [String: ProbeRecord] = [:]
    private(set) var tallies: [AccountKey: ProbeTally] = [:]

    var isEmpty: Bool { records.isEmpty && tallies.isEmpty }

    /// When the message that ended last did so.
    var newestEnd: Timestamp? { records.values.lazy.compactMap(\.settledAt).max() }

    mutating func take(_ change: ProbeChange) {
        tallies[AccountKey(journey: change.journey, vantage: change.vantage)] = change.tally
        for record in change.records { records[record.id] = record }
        if records.count > Self.recordLimit { shrink() }
    }

    mutating func take(newer batch: ProbeBatch) {
        records.merge(batch.records) { _, newer in newer }
        tallies.merge(batch.tallies) { _, newer in newer }
        if records.count > Self.recordLimit { shrink() }
    }

    // MARK: - Private

    /// Halves what can be done without: those that have ended are in the totals.
    private mutating func shrink() {
        let ended = records.values.filter { !$0.isOutstanding }.sorted { ($0.settledAt ?? $0.begunAt) < ($1.settledAt ?? $1.begunAt) }
        for record in ended.prefix((ended.count + 1) / 2) { records[record.id] = nil }
    }
}
