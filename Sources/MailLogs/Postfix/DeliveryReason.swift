/// Why a delivery was put off or refused, by its status code and its text.
public enum DeliveryReason: UInt8, CaseIterable, Hashable, Sendable, LabelValue {
    case greylisting, rateLimit, reputation, tls, dns, connectRefused, connectTimeout, noRoute, lostConnection, mailboxFull,
        unknownRecipient
    case policy, tooLarge, loop, localProblem, other

    /// The value of the label `reason`.
    public var label: String {
        switch self {
        case .greylisting: "greylisting"
        case .rateLimit: "rate_limit"
        case .reputation: "reputation"
        case .tls: "tls"
        case .dns: "dns"
        case .connectRefused: "connect_refused"
        case .connectTimeout: "connect_timeout"
        case .noRoute: "no_route"
        case .lostConnection: "lost_connection"
        case .mailboxFull: "mailbox_full"
        case .unknownRecipient: "unknown_recipient"
        case .policy: "policy"
        case .tooLarge: "too_large"
        case .loop: "loop"
        case .localProblem: "local_problem"
        case .other: "other"
        }
    }

    /// - Parameters:
    ///   - code: of the delivery status.
    ///   - text: what stands in the parentheses behind `status=`.
    init(code: EnhancedCode, text: LogBytes) {
        self.init(code: code, ReasonText(text))
    }

    /// - Parameter text: what a queue says of a recipient: without the code of the delivery status, but maybe with that of the reply.
    init(queue text: ReasonText) {
        var code = EnhancedCode.none
        if let said = text.words.index(of: " said: "), LogBytes.isDigit(text.words[said + 7]),
            let found = EnhancedCode.read(text.words, at: said + 11)
        {
            code = found.code
        }
        self.init(code: code, text)
    }

    // MARK: - Private

    private init(code: EnhancedCode, _ text: ReasonText) {
        // What Postfix says itself begins in a way that no other host can give it.
        if let own = Self.own(text) {
            self = own
            return
        }
        let signs = TextSigns(in: text.words.prefix(600))
        let found: [(TextSigns, DeliveryReason)] = [
            (.greylisting, .greylisting), (.mailboxFull, .mailboxFull), (.tooLarge, .tooLarge), (.loop, .loop),
        ]
        if let match = found.first(where: { signs.contains($0.0) }) {
            self = match.1
            return
        }
        switch (code.subject, code.detail) {
        case (2, 2): self = .mailboxFull
        case (2, 3), (3, 4): self = .tooLarge
        case (4, 6): self = .loop
        case (1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1): self = .unknownRecipient
        case (7, 28): self = .rateLimit
        case _ where !signs.isDisjoint(with: [.unknownUser, .mailboxUnavailable]): self = .unknownRecipient
        case _ where signs.contains(.rate): self = .rateLimit
        case _ where signs.contains(.tls): self = .tls
        case _ where !signs.isDisjoint(with: [.listed, .spam]): self = .reputation
        case _ where signs.contains(.dns): self = .dns
        case _ where !signs.isDisjoint(with: [.policy, .relaying]) || code.subject == 7: self = .policy
        case _ where signs.contains(.local) || code.subject == 3: self = .localProblem
        case (4, 3), (4, 4): self = .dns
        default: self = .other
        }
    }

    private static func own(_ reason: ReasonText) -> DeliveryReason? {
        let text = reason.text
        if text.hasPrefix("connect to ") {
            let words = reason.words
            if words.contains("Connection refused") { return .connectRefused }
            if words.contains("timed out") { return .connectTimeout }
            if words.contains("No route to host") || words.contains("unreachable") { return .noRoute }
            return words.contains("No such file or directory") ? .localProblem : .lostConnection
        }
        if text.hasPrefix("lost connection with ") || text.hasPrefix("conversation with ") { return .lostConnection }
        if text.hasPrefix("Host or domain name not found") || text.hasPrefix("unable to look up host")
            || text.hasPrefix("Name service error")
        {
            return .dns
        }
        if text.hasPrefix("Cannot start TLS") || text.hasPrefix("TLS is required") || text.hasPrefix("Server certificate not") {
            return .tls
        }
        if text.hasPrefix("mail for ") && text.contains("loops back to myself") { return .loop }
        if text.hasPrefix("mail transport unavailable") || text.hasPrefix("unknown mail transport error") { return .localProblem }
        if text.hasPrefix("unknown user: ") { return .unknownRecipient }
        return nil
    }
}
