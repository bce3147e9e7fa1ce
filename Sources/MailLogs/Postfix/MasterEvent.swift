/// What master and the start script say.
enum MasterEvent: UInt8, LabelValue {
    case started, reloaded, stopped
    var label: String { "\(self)" }
}
