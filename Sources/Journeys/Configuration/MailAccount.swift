import PostwatchRuntime

/// Who signs in.
public struct MailAccount: Hashable, Sendable {
    public var username: String
    /// Read at each start of a run, so that a changed password counts at once.
    public var password: SecretSource

    public init(username: String, password: SecretSource) {
        self.username = username
        self.password = password
    }
}
