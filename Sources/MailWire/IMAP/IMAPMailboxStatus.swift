/// What a STATUS response says of one mailbox. Source: RFC 3501, section 7.2.4.
public struct IMAPMailboxStatus: Hashable, Sendable {
    /// Decoded from modified UTF-7.
    public let mailbox: String
    /// What was asked for and was told; items of other extensions are left out.
    public let values: [IMAPStatusItem: UInt32]

    public init(mailbox: String, values: [IMAPStatusItem: UInt32]) {
        self.mailbox = mailbox
        self.values = values
    }
}

/// What can be asked of a mailbox without opening it. Source: RFC 3501, section 6.3.10.
public enum IMAPStatusItem: String, Hashable, Sendable, CaseIterable {
    case messages = "MESSAGES"
    case recent = "RECENT"
    case uidNext = "UIDNEXT"
    case uidValidity = "UIDVALIDITY"
    case unseen = "UNSEEN"
}
