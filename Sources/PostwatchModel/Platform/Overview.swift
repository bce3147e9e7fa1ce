/// The platform at a glance: what the first page shows.
public struct Overview: Hashable, Sendable {
    public enum Health: String, Hashable, Sendable, Codable {
        case up, down
        /// Nothing tests this node, or nothing is known yet.
        case unknown
    }

    /// One node with its basics. A figure is `nil` when nothing measures it.
    public struct Node: Hashable, Sendable {
        public let name: String
        public let address: String
        public let health: Health
        /// Share in use, 0...1.
        public let cpu: Double?
        /// Share in use, 0...1.
        public let memory: Double?
        /// Share in use of the fullest file system, 0...1.
        public let disk: Double?
        /// Messages in all queues.
        public let queueDepth: Double?
        /// Age of the oldest queued message.
        public let oldestQueuedSeconds: Double?
        /// The last test of this node by itself.
        public let lastCheck: JourneyRun?

        public init(
            name: String, address: String, health: Health, cpu: Double?, memory: Double?, disk: Double?, queueDepth: Double?,
            oldestQueuedSeconds: Double?, lastCheck: JourneyRun?
        ) {
            self.name = name
            self.address = address
            self.health = health
            self.cpu = cpu
            self.memory = memory
            self.disk = disk
            self.queueDepth = queueDepth
            self.oldestQueuedSeconds = oldestQueuedSeconds
            self.lastCheck = lastCheck
        }
    }

    public struct Component: Hashable, Sendable {
        public let name: String
        public let role: Role
        public let nodes: [Node]

        public init(name: String, role: Role, nodes: [Node]) {
            self.name = name
            self.role = role
            self.nodes = nodes
        }
    }

    public struct Journey: Hashable, Sendable {
        public let name: String
        public let kind: String
        /// The place that it runs from; `nil` for the server itself.
        public let vantage: String?
        /// Names of the nodes that it passes through.
        public let path: [String]
        public let interval: Duration
        /// `nil` until the first run has ended.
        public let lastRun: JourneyRun?
        /// Durations of the last runs in seconds, oldest first; `nil` for a run that failed.
        public let recent: [Double?]

        public init(
            name: String, kind: String, vantage: String? = nil, path: [String], interval: Duration, lastRun: JourneyRun?,
            recent: [Double?]
        ) {
            self.name = name
            self.kind = kind
            self.vantage = vantage
            self.path = path
            self.interval = interval
            self.lastRun = lastRun
            self.recent = recent
        }
    }

    /// One journey over several ways and accounts: each combination, from each vantage, is a cell.
    public struct Matrix: Hashable, Sendable {
        public let name: String
        public let kind: String
        /// Empty while name servers have not told of any.
        public let cells: [Journey]

        public init(name: String, kind: String, cells: [Journey]) {
            self.name = name
            self.kind = kind
            self.cells = cells
        }
    }

    public let platform: String
    public let at: Timestamp
    public let components: [Component]
    /// Those that are no cells.
    public let journeys: [Journey]
    public let matrices: [Matrix]
    /// Open ones first, then those that were resolved within the last day; newest first.
    public let incidents: [Incident]

    public init(
        platform: String, at: Timestamp, components: [Component], journeys: [Journey], matrices: [Matrix] = [], incidents: [Incident]
    ) {
        self.platform = platform
        self.at = at
        self.components = components
        self.journeys = journeys
        self.matrices = matrices
        self.incidents = incidents
    }
}

/// Tells how the platform is right now.
public protocol OverviewReading: Sendable {
    func overview() async throws -> Overview
}
