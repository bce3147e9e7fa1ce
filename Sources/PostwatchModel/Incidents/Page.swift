/// A message to a person or an outside alerting service that asks for action, or says that none is needed any more.
public struct Page: Hashable, Sendable, Codable, Identifiable {
    public enum Reason: String, Hashable, Sendable, Codable {
        case opened
        /// It is worse than was told: another node, another cause, a higher severity.
        case updated
        case resolved
    }

    /// `incident-12/opened/engineering`, `incident-12/updated-2/engineering`: one for each thing that is told, and so also the key by
    /// which a receiver may recognise a repetition.
    public let id: String
    public let receiver: String
    public let reason: Reason
    /// The incident as it was when the page was written.
    public let incident: Incident
    public let writtenAt: Timestamp

    public init(receiver: String, reason: Reason, incident: Incident, writtenAt: Timestamp) {
        let what = reason == .updated ? "updated-\(incident.told?.count ?? 0)" : reason.rawValue
        self.id = "incident-\(incident.number)/\(what)/\(receiver)"
        self.receiver = receiver
        self.reason = reason
        self.incident = incident
        self.writtenAt = writtenAt
    }
}

/// Carries pages to one kind of receiver.
public protocol Notifying: Sendable {
    /// Returns once the receiver has taken the page.
    func deliver(_ page: Page) async throws(DeliveryFailure)
}

/// Why a page did not reach its receiver.
public enum DeliveryFailure: Error, Hashable, Sendable {
    /// Nobody answered, or not in time; `reason` says what happened and names no secret.
    case unreachable(receiver: String, reason: String)
    /// An answer that invites another try: 408, 429, 5xx.
    case busy(receiver: String, status: Int)
    /// An answer that will not change: other 3xx and 4xx.
    case refused(receiver: String, status: Int)
    /// No receiver of that name is configured any more.
    case unknownReceiver(String)

    /// Whether the same page may get through later. A receiver that was removed or refuses may be mended by an operator,
    /// so even those are tried again, only rarely: a page is never dropped.
    public var isTransient: Bool {
        switch self {
        case .unreachable, .busy: true
        case .refused, .unknownReceiver: false
        }
    }
}

extension DeliveryFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreachable(let receiver, let reason): "receiver \(receiver) was not reached: \(reason)"
        case .busy(let receiver, let status): "receiver \(receiver) answered \(status) and asks to try again"
        case .refused(let receiver, let status): "receiver \(receiver) refused the page with \(status); check its url and credentials"
        case .unknownReceiver(let receiver): "receiver \(receiver) is not configured; add it to receivers or remove the route to it"
        }
    }
}
