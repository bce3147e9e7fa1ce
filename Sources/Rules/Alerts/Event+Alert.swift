import PostwatchModel

extension Event {
    static func firing(_ record: AlertRecord) -> Event {
        Event(
            id: record.id, state: .firing, severity: Severity(label: record.labels["severity"]), labels: record.labels,
            annotations: record.annotations, startedAt: record.activeAt)
    }

    static func resolved(_ record: AlertRecord, at moment: Timestamp) -> Event {
        Event(
            id: record.id, state: .resolved, severity: Severity(label: record.labels["severity"]), labels: record.labels,
            annotations: record.annotations, startedAt: record.activeAt, endedAt: moment)
    }
}
