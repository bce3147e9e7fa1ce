import PostwatchModel

/// What the page of one incident shows.
struct IncidentView {
    struct Line {
        let at: String
        let clock: String
        let text: String
    }

    struct EventLine {
        let name: String
        let state: String
        let badge: String
        let summary: String
        let description: String?
        let lastFailure: String?
        /// Where the runbook is; a link when a browser can follow it.
        let runbook: String?
        let runbookLink: String?
        let labels: String
    }

    let number: Int
    let title: String
    let badge: String
    let place: String?
    let when: String
    let timeline: [Line]
    let events: [EventLine]

    init(_ incident: Incident, at now: Timestamp) {
        let head = IncidentLine(incident, at: now)
        number = head.number
        title = head.title
        badge = head.badge
        place = head.place
        when = head.when
        timeline = incident.timeline.map { Line(at: $0.at.rfc3339, clock: $0.at.dateAndClockText, text: $0.text) }
        let ordered = incident.events.values.sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
        events = ordered.map { event in
            EventLine(
                name: event.name, state: event.state.rawValue,
                badge: event.state == .firing ? event.severity.rawValue : "resolved", summary: event.summary,
                description: event.annotations["description"], lastFailure: event.lastFailure, runbook: event.annotations["runbook_url"],
                runbookLink: Self.safeLink(event.annotations["runbook_url"]),
                labels: event.labels.description)
        }
    }

    // MARK: - Private

    /// Only what a browser may follow safely: annotations come from rule files and, later, from outside systems.
    private static func safeLink(_ text: String?) -> String? {
        guard let text, text.hasPrefix("https://") || text.hasPrefix("http://") else { return nil }
        return text
    }
}
