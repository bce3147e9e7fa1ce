/// What cleanup says.
enum CleanupEvent: UInt8, LabelValue {
    case processed, rejected, notAccepted
    var label: String { "\(self)" }
}
