/// The events that belong together, with their story.
public struct Incident: Hashable, Sendable, Codable, Identifiable {
    public enum State: String, Hashable, Sendable, Codable {
        case open, acknowledged, healing, resolved
    }

    /// One line of the story: what happened when.
    public struct TimelineEntry: Hashable, Sendable, Codable {
        public let at: Timestamp
        public let text: String

        public init(at: Timestamp, text: String) {
            self.at = at
            self.text = text
        }
    }

    /// Counts up from 1 over the life of an installation.
    public let number: Int
    public var state: State
    public var severity: Severity
    /// The component that is taken for the cause; `nil` while only journeys complain.
    public var component: String?
    /// The nodes of that component that are affected, sorted.
    public var nodes: [String]
    public var title: String
    public let openedAt: Timestamp
    public var resolvedAt: Timestamp?
    /// The last known report of each event, by event identifier.
    public var events: [String: Event]
    public var timeline: [TimelineEntry]
    /// When receivers were told that it opened; `nil` while it still waits for related events.
    public var pagedAt: Timestamp?

    public var id: Int { number }
    public var isOpen: Bool { state != .resolved }
    public var firingEvents: [Event] { events.values.filter { $0.state == .firing }.sorted { $0.id < $1.id } }

    public init(number: Int, severity: Severity, component: String?, nodes: [String], title: String, openedAt: Timestamp) {
        self.number = number
        self.state = .open
        self.severity = severity
        self.component = component
        self.nodes = nodes
        self.title = title
        self.openedAt = openedAt
        self.resolvedAt = nil
        self.events = [:]
        self.timeline = []
        self.pagedAt = nil
    }
}
