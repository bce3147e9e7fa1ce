/// How a session was cut off.
enum SessionLoss: UInt8, LabelValue {
    case lost, timeout
    var label: String { "\(self)" }
}
