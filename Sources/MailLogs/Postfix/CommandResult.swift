/// Whether a command was taken.
enum CommandResult: UInt8, LabelValue {
    case accepted, rejected
    var label: String { "\(self)" }
}
