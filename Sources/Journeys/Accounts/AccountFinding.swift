/// Whether an account can do what a journey needs it for.
public struct AccountFinding: Hashable, Sendable {
    public let journey: String
    public let username: String
    public let server: String
    public let purpose: String
    /// What hinders it, in one sentence; `nil` when it is usable.
    public let fault: String?

    public init(journey: String, username: String, server: String, purpose: String, fault: String?) {
        self.journey = journey
        self.username = username
        self.server = server
        self.purpose = purpose
        self.fault = fault
    }
}
