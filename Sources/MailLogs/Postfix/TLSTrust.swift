/// How far the certificate of a peer is trusted.
enum TLSTrust: UInt8, LabelValue {
    case anonymous, untrusted, trusted, verified
    var label: String { "\(self)".capitalized }
}
