/// What became of a message that was brought.
enum MailboxDelivery: UInt8, LabelValue {
    case saved, forwarded, discarded, rejected, duplicate, vacation, failed
    var label: String { "\(self)" }
}
