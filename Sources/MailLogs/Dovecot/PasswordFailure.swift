/// Why the process that knows the passwords refused.
enum PasswordFailure: UInt8, LabelValue {
    case passwordMismatch, unknownUser, disabled, expired, policy, other

    var label: String {
        switch self {
        case .passwordMismatch: "password_mismatch"
        case .unknownUser: "unknown_user"
        default: "\(self)"
        }
    }
}
