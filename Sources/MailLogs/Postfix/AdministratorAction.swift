/// What postsuper did to messages.
enum AdministratorAction: UInt8, LabelValue {
    case deleted, requeued, held, released, expired
    var label: String { "\(self)" }
}
