/// What one evaluation changed: stored in one transaction, so that a crash leaves all of it or nothing.
public struct JudgementChange: Hashable, Sendable {
    /// Alerts that are new or have changed.
    public var alerts: [AlertRecord]
    /// Identifiers of alerts that are over.
    public var endedAlerts: [String]
    /// Incidents that are new or have changed.
    public var incidents: [Incident]
    /// Pages to send. One that is already known by its identifier is ignored: it was written before.
    public var pages: [Page]
    /// The last planned evaluation of rule groups that this change holds all decisions of, by the group's name.
    public var evaluations: [String: Timestamp]

    public init(
        alerts: [AlertRecord] = [], endedAlerts: [String] = [], incidents: [Incident] = [], pages: [Page] = [],
        evaluations: [String: Timestamp] = [:]
    ) {
        self.alerts = alerts
        self.endedAlerts = endedAlerts
        self.incidents = incidents
        self.pages = pages
        self.evaluations = evaluations
    }

    public var isEmpty: Bool {
        alerts.isEmpty && endedAlerts.isEmpty && incidents.isEmpty && pages.isEmpty && evaluations.isEmpty
    }
}

/// A page on its way, with what happened to it so far.
public struct OutboxEntry: Hashable, Sendable {
    public let page: Page
    /// Deliveries tried so far.
    public var attempts: Int
    public var nextAttemptAt: Timestamp
    public var lastFailure: String?

    public init(page: Page, attempts: Int = 0, nextAttemptAt: Timestamp, lastFailure: String? = nil) {
        self.page = page
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt
        self.lastFailure = lastFailure
    }
}

/// Keeps alerts, incidents and pages: everything that must be known again after a restart.
/// Every call is durable when it returns; all throw when the store cannot be read or written.
public protocol IncidentStoring: Sendable {
    func commit(_ change: JudgementChange) async throws
    func activeAlerts() async throws -> [AlertRecord]
    /// The newest of the `evaluations` of all changes, by the group's name.
    func lastEvaluations() async throws -> [String: Timestamp]
    /// Open incidents, and those resolved since `moment`; newest first.
    func incidents(openOrResolvedSince moment: Timestamp) async throws -> [Incident]
    /// All incidents, newest first.
    func incidents(limit: Int) async throws -> [Incident]
    func incident(number: Int) async throws -> Incident?
    /// 0 when there was none yet.
    func highestIncidentNumber() async throws -> Int
    /// Pages that no receiver has taken yet, oldest first.
    func outbox() async throws -> [OutboxEntry]
    /// The receiver took the page: it leaves the outbox for good, and its incident's timeline says so.
    func markDelivered(pageID: String, at moment: Timestamp) async throws
    func markFailed(pageID: String, failure: String, nextAttemptAt: Timestamp) async throws
}

extension IncidentStoring {
    /// A store that does not keep them: after an outage of the server no evaluation is made up for.
    public func lastEvaluations() async throws -> [String: Timestamp] { [:] }
}
