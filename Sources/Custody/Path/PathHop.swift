import PostwatchModel

/// One hop on the way of a message, with all that is known of it.
struct PathHop {
    var node: String
    var queueID: String?
    /// What its log told.
    var transit: Transit?
    /// The mark that it left on the message.
    var mark: ProbePassage.Mark?

    /// Whether messages end there: it puts them into mailboxes.
    var isStore: Bool { transit?.software == .dovecot || transit == nil && mark?.isByLMTP == true }
}
