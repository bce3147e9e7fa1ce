/// What a rule of an administrator or a filter did, other than to refuse.
enum RuleAction: UInt8, LabelValue {
    case rejectWarning, discard, hold, filter, redirect, prepend, replace, strip, bcc, warn, info, ignore, proxyAccept, milter, pass

    var label: String {
        switch self {
        case .rejectWarning: "reject_warning"
        case .proxyAccept: "proxy_accept"
        default: "\(self)"
        }
    }
}
