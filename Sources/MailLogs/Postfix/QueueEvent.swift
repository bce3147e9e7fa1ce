/// What the queue manager says, other than that a message is active.
enum QueueEvent: UInt8, LabelValue {
    case removed, expired, skipped, forceExpired
    var label: String { self == .forceExpired ? "force_expired" : "\(self)" }
}
