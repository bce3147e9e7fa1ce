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

    /// What receivers were last told of an incident, so that they hear of what is worse, and of nothing twice.
    public struct Told: Hashable, Sendable, Codable {
        public let at: Timestamp
        public let component: String?
        public let nodes: [String]
        public let severity: Severity
        /// 1 for the first page.
        public let count: Int

        public init(at: Timestamp, component: String?, nodes: [String], severity: Severity, count: Int) {
            self.at = at
            self.component = component
            self.nodes = nodes
            self.severity = severity
            self.count = count
        }
    }

    /// Counts up from 1 over the life of an installation.
    public let number: Int
    public var state: State
    public var severity: Severity
    /// The component that is taken for the cause; `nil` while nothing points at one.
    public var component: String?
    /// The nodes of that component that are affected, sorted.
    public var nodes: [String]
    public var title: String
    public let openedAt: Timestamp
    public var resolvedAt: Timestamp?
    /// The last known report of each event, by event identifier.
    public var events: [String: Event]
    public var timeline: [TimelineEntry]
    /// `nil` while it still waits for related events and nobody was told.
    public var told: Told?

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
        self.told = nil
    }
}
