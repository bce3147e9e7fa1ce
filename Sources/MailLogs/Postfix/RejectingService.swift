/// Sides of Postfix that refuse.
enum RejectingService: UInt8, LabelValue {
    case smtpd, cleanup, postscreen
    var label: String { "\(self)" }
}
