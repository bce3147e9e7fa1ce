/// How a connection was protected when somebody signed in.
enum ConnectionSecurity: UInt8, LabelValue {
    case tls, secured, plain
    var label: String { "\(self)" }
}
