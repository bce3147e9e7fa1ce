/// Why Postfix refused a client, a sender, a recipient or a message.
public enum RejectClass: UInt8, CaseIterable, Hashable, Sendable, LabelValue {
    case blocklist, relayDenied, unknownRecipient, greylisting, helo, senderDomain, client, milter, policy, rateLimit, mailboxFull,
        tlsRequired
    case other

    /// The value of the label `class`.
    public var label: String {
        switch self {
        case .blocklist: "blocklist"
        case .relayDenied: "relay_denied"
        case .unknownRecipient: "unknown_recipient"
        case .greylisting: "greylisting"
        case .helo: "helo"
        case .senderDomain: "sender_domain"
        case .client: "client"
        case .milter: "milter"
        case .policy: "policy"
        case .rateLimit: "rate_limit"
        case .mailboxFull: "mailbox_full"
        case .tlsRequired: "tls_required"
        case .other: "other"
        }
    }

    /// - Parameters:
    ///   - code: of the reply, 0 when there was none.
    ///   - text: the reply behind its codes, without sender and recipient.
    init(code: Int, enhanced: EnhancedCode, text: LogBytes) {
        let signs = TextSigns(in: text.prefix(600))
        if signs.contains(.greylisting) {
            self = .greylisting
        } else if signs.contains(.listed) {
            self = .blocklist
        } else if signs.contains(.relaying) {
            self = .relayDenied
        } else if signs.contains(.rate) {
            self = .rateLimit
        } else if signs.contains(.tls) {
            self = .tlsRequired
        } else if signs.contains(.mailboxFull) || enhanced.subject == 2 && enhanced.detail == 2 {
            self = .mailboxFull
        } else if signs.contains(.helo) {
            self = .helo
        } else if signs.contains(.sender) {
            self = .senderDomain
        } else if signs.contains(.client) {
            self = .client
        } else if signs.contains(.unknownUser) || enhanced.subject == 1 && (enhanced.detail == 1 || enhanced.detail == 0 && code == 550) {
            self = .unknownRecipient
        } else if !signs.isDisjoint(with: [.recipient, .policy, .spam]) || enhanced.subject == 7 {
            self = .policy
        } else {
            self = .other
        }
    }
}
