import PostwatchModel

extension RuleEffects {
    /// Adds what follows from an alert that stands. Whether its record is to be written.
    mutating func note(_ alert: TrackedAlert, since before: AlertRecord?, _ observation: RuleObservation) -> Bool {
        let record = alert.record
        if record.state == .firing && before?.state != .firing { events.append(.firing(record)) }
        if record.state == .pending, let before, before.state == .firing {
            events.append(.resolved(before, at: observation.evaluatedAt))
        }
        if let before, before.state != record.state { samples.append(before.staleState(at: observation.lookedAt)) }
        samples += record.samples(at: observation.lookedAt)
        guard alert.isWorthWriting(since: before, at: observation.evaluatedAt) else { return false }
        changed.append(record)
        return true
    }

    /// Adds what follows from the end of an alert.
    mutating func end(_ record: AlertRecord, _ observation: RuleObservation) {
        end(record, at: observation.evaluatedAt, stampedAt: observation.lookedAt)
    }

    mutating func end(_ record: AlertRecord, at moment: Timestamp, stampedAt stamp: Timestamp) {
        ended.append(record.id)
        endings[record.id] = moment
        if record.state == .firing { events.append(.resolved(record, at: moment)) }
        samples += record.staleSamples(at: stamp)
    }
}
