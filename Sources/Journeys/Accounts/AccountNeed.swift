import PostwatchModel

/// A mailbox that a journey signs in to, and what for.
public struct AccountNeed: Hashable, Sendable {
    public var mailbox: IMAPAccess
    public var account: MailAccount
    /// Whether the journey removes messages of its own: the folder must be writable, and the server must know UIDPLUS.
    public var removesMessages: Bool

    public init(mailbox: IMAPAccess, account: MailAccount, removesMessages: Bool) {
        self.mailbox = mailbox
        self.account = account
        self.removesMessages = removesMessages
    }

    /// `reads INBOX`, `finds and removes its own messages in INBOX`.
    public var purpose: String {
        removesMessages ? "finds and removes its own messages in \(mailbox.folder)" : "reads \(mailbox.folder)"
    }
}

/// Whether an account can do what a journey needs it for.
public struct AccountFinding: Hashable, Sendable {
    public let journey: String
    public let username: String
    public let server: String
    public let purpose: String
    /// What hinders it, in one sentence; `nil` when it is usable.
    public let fault: String?
}
