/// Notices that bounce sends.
enum NoticeKind: UInt8, LabelValue {
    case nonDelivery, delay, success, postmaster, other

    var label: String { self == .nonDelivery ? "non_delivery" : "\(self)" }
}
