import PostwatchModel

/// What follows from one evaluation of a rule. To be stored before anybody is told.
public struct RuleEffects: Hashable, Sendable {
    /// Records to write: new ones, and those whose state, times or annotations changed.
    public var changed: [AlertRecord] = []
    /// Records to delete.
    public var ended: [AlertRecord.ID] = []
    /// One for each alert that began or stopped firing.
    public var events: [Event] = []
    /// `ALERTS`, `ALERTS_FOR_STATE` and recorded series, with stale markers for those that are gone.
    public var samples: [Sample] = []

    /// When records ended, the last time.
    var endings: [AlertRecord.ID: Timestamp] = [:]

    public init() {}

    /// Adds what followed later.
    public mutating func append(_ later: RuleEffects) {
        changed += later.changed
        ended += later.ended
        events += later.events
        samples += later.samples
        endings.merge(later.endings) { _, last in last }
    }

    /// Only what is true in the end: of an alert that came and went nobody is told, and of each record the last word counts.
    /// For evaluations that make up for missed ones.
    public var net: RuleEffects {
        var net = self
        let last = Dictionary(changed.map { ($0.id, $0) }) { _, later in later }
        let gone = Set(ended)
        // A record that ended and came back has its last word behind its end: whoever made it says by being there.
        net.changed = last.values.filter { record in !gone.contains(record.id) || isBack(record) }.sorted { $0.id < $1.id }
        let back = Set(net.changed.map(\.id))
        net.ended = gone.subtracting(back).sorted()
        // Firing and resolved take turns, so an even number of them leaves things as they were.
        var counts: [String: Int] = [:]
        var latest: [String: Event] = [:]
        for event in events {
            counts[event.id, default: 0] += 1
            latest[event.id] = event
        }
        net.events = latest.values.filter { counts[$0.id, default: 0] % 2 == 1 }.sorted { $0.id < $1.id }
        return net
    }

    private func isBack(_ record: AlertRecord) -> Bool { endings[record.id].map { record.activeAt >= $0 } ?? true }
}
