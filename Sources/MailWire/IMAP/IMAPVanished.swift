/// Messages that are gone, by UID. Source: RFC 7162, section 3.2.10.
public struct IMAPVanished: Hashable, Sendable {
    /// They went before the mailbox was opened; sequence numbers stay as they are.
    public let isEarlier: Bool
    /// As the server wrote them, smaller end first: a range may be as long as all UIDs, so it is never spelled out.
    public let uids: [ClosedRange<UID>]

    public init(isEarlier: Bool, uids: [ClosedRange<UID>]) {
        self.isEarlier = isEarlier
        self.uids = uids
    }
}
