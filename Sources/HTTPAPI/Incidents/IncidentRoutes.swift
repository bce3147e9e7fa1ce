import Hummingbird
import PostwatchModel

/// Incidents as data: `GET /api/v1/incidents`, `GET /api/v1/incidents/{number}`.
public struct IncidentRoutes: Sendable {
    private let incidents: any IncidentStoring
    /// Incidents that one listing shows.
    private let listLimit = 100

    public init(incidents: any IncidentStoring) {
        self.incidents = incidents
    }

    public func add(to router: some RouterMethods<some RequestContext>) {
        router.on("/api/v1/incidents", method: .get) { _, _ -> Response in
            try .prometheus(try await incidents.incidents(limit: listLimit).map(IncidentDocument.init))
        }
        router.on("/api/v1/incidents/{number}", method: .get) { _, context -> Response in
            guard let number = context.parameters.get("number", as: Int.self), let incident = try await incidents.incident(number: number)
            else {
                return APIFailure(.notFound, "there is no incident of that number").response
            }
            return try .prometheus(IncidentDocument(incident))
        }
    }
}

/// An incident as the API shows it: moments in RFC 3339, events as a list.
struct IncidentDocument: Encodable {
    struct Event: Encodable {
        let id: String
        let state: String
        let severity: String
        let labels: [String: String]
        let annotations: [String: String]
        let startedAt: String
        let endedAt: String?
    }

    struct TimelineEntry: Encodable {
        let at: String
        let text: String
    }

    let number: Int
    let state: String
    let severity: String
    let component: String?
    let nodes: [String]
    let title: String
    let openedAt: String
    let resolvedAt: String?
    let lastPageAt: String?
    let events: [Event]
    let timeline: [TimelineEntry]

    init(_ incident: Incident) {
        number = incident.number
        state = incident.state.rawValue
        severity = incident.severity.rawValue
        component = incident.component
        nodes = incident.nodes
        title = incident.title
        openedAt = incident.openedAt.rfc3339
        resolvedAt = incident.resolvedAt?.rfc3339
        lastPageAt = incident.told?.at.rfc3339
        events = incident.events.values.sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }.map { event in
            Event(
                id: event.id, state: event.state.rawValue, severity: event.severity.rawValue, labels: event.labels.dictionary,
                annotations: event.annotations, startedAt: event.startedAt.rfc3339, endedAt: event.endedAt?.rfc3339)
        }
        timeline = incident.timeline.map { TimelineEntry(at: $0.at.rfc3339, text: $0.text) }
    }
}
