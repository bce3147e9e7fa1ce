import PostwatchModel

/// Tells "all is well" from "nothing is known any more".
///
/// An alert is judged by the series that its rule reads and whose labels do not contradict it; where a selector has none of its own, as
/// behind `sum`, by all of the selector's series.
enum AlertEvidence {
    /// A series that missed so many of its beats is silent.
    private static let patience = 2.5
    /// Behind the name of a selector that had no series of the alert's own.
    private static let sharedMark = "/*"

    /// The newest sample of each selector that tells of something with these `labels`.
    static func gather(_ readings: [RuleReading], for labels: LabelSet) -> [String: Timestamp] {
        var evidence: [String: Timestamp] = [:]
        for reading in readings {
            if let own = reading.freshness(agreeingWith: labels) {
                evidence[reading.key] = own.newest
            } else if let shared = reading.freshness(agreeingWith: nil) {
                evidence[reading.key + sharedMark] = shared.newest
            }
        }
        return evidence
    }

    /// Whether it is unknown what became of an alert with that `evidence` whose condition is gone: nothing newer was measured since it last
    /// held, or a series that told of it has ended or is silent.
    static func isMissing(_ evidence: [String: Timestamp], in readings: [RuleReading], for labels: LabelSet, at moment: Timestamp) -> Bool {
        let found = look(evidence, in: readings, for: labels)
        return !found.isEmpty
            && (found.contains { isSilent($0.freshness, at: min($0.through, moment)) }
                || !found.contains { entry in entry.freshness?.newest.map { $0 > entry.seenAt } ?? false })
    }

    /// Whether the condition only holds because nothing newer was measured: a series that tells of it has ended or is silent, or there is
    /// none although some were sought. Of a single sample nobody knows the beat: half of the time looked at must do.
    static func isOutdated(_ evidence: [String: Timestamp], in readings: [RuleReading], for labels: LabelSet, at moment: Timestamp) -> Bool
    {
        let found = look(evidence, in: readings, for: labels)
        return (found.isEmpty && !readings.isEmpty)
            || found.contains { entry in
                let end = min(entry.through, moment)
                guard let freshness = entry.freshness, freshness.spacing == nil, let newest = freshness.newest else {
                    return isSilent(entry.freshness, at: end)
                }
                return end - newest > entry.reach / 2
            }
    }

    // MARK: - Private

    /// What each selector that was asked this time says now of the series that told of the alert. One with an `offset` looks at the past:
    /// whether its series are silent is judged where it ends.
    private static func look(
        _ evidence: [String: Timestamp], in readings: [RuleReading], for labels: LabelSet
    ) -> [(seenAt: Timestamp, reach: Duration, through: Timestamp, freshness: RuleReading.Freshness?)] {
        let known = Dictionary(readings.map { ($0.key, $0) }) { first, _ in first }
        return evidence.compactMap { key, seenAt in
            let isShared = key.hasSuffix(sharedMark)
            let reading = known[isShared ? String(key.dropLast(sharedMark.count)) : key]
            return reading.map { (seenAt, $0.through - $0.from, $0.through, $0.freshness(agreeingWith: isShared ? nil : labels)) }
        }
    }

    private static func isSilent(_ freshness: RuleReading.Freshness?, at moment: Timestamp) -> Bool {
        guard let freshness, let newest = freshness.newest else { return true }
        return freshness.spacing.map { (moment - newest).seconds > patience * $0.seconds } ?? false
    }
}
