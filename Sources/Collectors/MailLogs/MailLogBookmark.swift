/// Up to where a log was taken, as it is kept over restarts.
enum MailLogBookmark: Hashable, Sendable {
    case file(MailLogPosition)
    /// The cursor of the last entry that was taken, as the journal names it.
    case journal(cursor: String)
}
