/// What postscreen says of clients.
enum ScreeningEvent: UInt8, LabelValue {
    case connect, passNew, passOld, allowlisted, denylisted, allowlistVeto, pregreet, hangup, dnsbl, pipelining, nonSMTPCommand, bareNewline
    case commandTimeLimit, commandCountLimit, commandLengthLimit, disconnect, reject, tooManyConnections, allPortsBusy, dataWithoutRecipient

    var label: String {
        switch self {
        case .passNew: "pass_new"
        case .passOld: "pass_old"
        case .allowlistVeto: "allowlist_veto"
        case .nonSMTPCommand: "non_smtp_command"
        case .bareNewline: "bare_newline"
        case .commandTimeLimit: "command_time_limit"
        case .commandCountLimit: "command_count_limit"
        case .commandLengthLimit: "command_length_limit"
        case .tooManyConnections: "too_many_connections"
        case .allPortsBusy: "all_ports_busy"
        case .dataWithoutRecipient: "data_without_recipient"
        default: "\(self)"
        }
    }
}
