/// How far the certificate of a peer is trusted.
enum TLSTrust: UInt8, LabelValue {
    case anonymous, untrusted, trusted, verified

    var label: String {
        switch self {
        case .anonymous: "Anonymous"
        case .untrusted: "Untrusted"
        case .trusted: "Trusted"
        case .verified: "Verified"
        }
    }
}
