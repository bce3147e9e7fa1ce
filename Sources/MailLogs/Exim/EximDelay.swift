/// Which of its two times a delivery of Exim names.
enum EximDelay: UInt8, LabelValue {
    case queue, delivery
    var label: String { "\(self)" }
}
