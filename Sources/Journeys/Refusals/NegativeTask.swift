import MailClient
import PostwatchModel
import PostwatchRuntime

/// What must fail. Nothing is ever handed over that could be sent on to a stranger.
public struct NegativeTask: JourneyTask {
    public static let kind = "negative"
    public static let defaultTimeout = Duration.seconds(60)

    /// The servers are those that take mail from outside, or where nothing comes from outside those of what is there.
    public static func matrixSections(of journey: ConfigurationNode) -> MatrixSections {
        let server = ["smtp", "submission", "imap"].first { journey[$0] != nil } ?? "smtp"
        return MatrixSections(
            server: server, account: "imap", logins: ["submission", "imap"], envelope: "smtp", takesExchangers: server == "smtp")
    }

    /// What must become of a message that filters know.
    public enum Catch: String, Hashable, Sendable, CaseIterable {
        /// Refused for good while it is handed over.
        case rejected
        /// Filed in the folder for unwanted mail.
        case junk
        /// Accepted, and kept away from the user: it does not come to the inbox.
        case quarantined
    }

    /// How mail comes from outside; with the known recipient.
    public struct Outside: Hashable, Sendable {
        public var exchange: SMTPAccess
        public var recipient: String
        /// An address elsewhere. Default: `postwatch@example.invalid`.
        public var stranger: String
        /// An address of the recipient's domain that does not exist. Default: `postwatch-nobody` there.
        public var unknownRecipient: String
        /// An address of the platform that must not be used from outside. Default: the recipient.
        public var forgedSender: String
        /// `nil`: not tried.
        public var gtube: Catch?
        /// `nil`: not tried.
        public var eicar: Catch?

        public init(
            exchange: SMTPAccess, to recipient: String, stranger: String = "postwatch@example.invalid", unknownRecipient: String? = nil,
            forgedSender: String? = nil, gtube: Catch? = nil, eicar: Catch? = nil
        ) {
            self.exchange = exchange
            self.recipient = recipient
            self.stranger = stranger
            self.unknownRecipient = unknownRecipient ?? "postwatch-nobody@\(recipient.split(separator: "@").last ?? "")"
            self.forgedSender = forgedSender ?? recipient
            self.gtube = gtube
            self.eicar = eicar
        }
    }

    public var outside: Outside?
    /// Where users hand mail in; with an account.
    public var submission: SMTPAccess?
    /// The known recipient's; with an account.
    public var mailbox: IMAPAccess?
    /// Default: `Junk`.
    public var junkFolder: String
    /// How long a message must stay away from the inbox to count as quarantined. Default: 10 s.
    public var quarantineWait: Duration
    /// What is not tried.
    public var skipped: Set<NegativeCheck>

    public init(
        outside: Outside? = nil, submission: SMTPAccess? = nil, mailbox: IMAPAccess? = nil, junkFolder: String = "Junk",
        quarantineWait: Duration = .seconds(10), skipping skipped: Set<NegativeCheck> = []
    ) {
        self.outside = outside
        self.submission = submission
        self.mailbox = mailbox
        self.junkFolder = junkFolder
        self.quarantineWait = quarantineWait
        self.skipped = skipped
    }

    /// What is tried, in this order.
    public var checks: [NegativeCheck] {
        NegativeCheck.allCases.filter { check in
            switch check {
            case _ where skipped.contains(check): false
            case .openRelay, .forgedSender, .unknownRecipient, .knownRecipient: outside != nil
            // Where encryption begins with the first byte there is nothing to try in the clear.
            case .plaintextAuth: submission.map { $0.tls != .implicit } ?? false
            case .wrongPassword: submission != nil
            case .imapWrongPassword: mailbox != nil
            case .gtube: outside?.gtube != nil
            case .eicar: outside?.eicar != nil
            }
        }
    }

    /// How long a check needs only to see that nothing comes.
    func wait(of check: NegativeCheck) -> Duration {
        switch check {
        case .gtube where outside?.gtube == .quarantined, .eicar where outside?.eicar == .quarantined: quarantineWait
        case .gtube, .eicar, .openRelay, .forgedSender, .unknownRecipient, .knownRecipient, .wrongPassword, .plaintextAuth,
            .imapWrongPassword:
            .zero
        }
    }

    /// What one of several checks may take of the time that is left: what it must wait, and an equal share of what nobody must.
    func share(of check: NegativeCheck, before others: some Collection<NegativeCheck>, left: Duration) -> Duration {
        let waits = ([check] + others).map(wait(of:)).reduce(.zero, +)
        return min(wait(of: check) + max(left - waits, .zero) / (1 + others.count), left)
    }

    /// What every check must have beside its wait, to connect, sign in and hand a message over.
    private static let leastShare = Duration.seconds(1)

    /// The longest wait that fits into the timeout; `nil` when the wait that is set does.
    private func longestWait(within timeout: Duration) -> Duration? {
        let waiting = checks.count { wait(of: $0) > .zero }
        let free = timeout - Self.leastShare * checks.count
        guard waiting > 0, quarantineWait * waiting > free else { return nil }
        return max(free, .zero) / waiting
    }

    public init?(_ section: ConfigurationSection, timeout: Duration) {
        let outside = Outside(section)
        let submission = section.section("submission", SMTPAccess.init)
        if let submission, submission.server == nil || submission.account == nil {
            section.report(
                "submission", found: submission.server == nil ? "no server" : "no account",
                write: "a section with server, username and password_file")
        }
        let mailbox = section.has("imap") ? IMAPAccess.signedIn(section) : nil
        let skipped = section.texts("skip").compactMap { name -> NegativeCheck? in
            let check = NegativeCheck(rawValue: name)
            if check == nil {
                section.report("skip", found: "\"\(name)\"", write: NegativeCheck.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return check
        }
        for (key, expected) in [("gtube", outside?.gtube), ("eicar", outside?.eicar)] where mailbox == nil {
            if let expected, expected != .rejected {
                section.report(key, found: "\(expected.rawValue) without a mailbox to look into", write: "an imap section beside it")
            }
        }
        self.init(
            outside: outside, submission: submission, mailbox: mailbox?.access,
            junkFolder: section.text("junk_folder") ?? "Junk",
            quarantineWait: section.duration("quarantine_wait", default: .seconds(10), atLeast: .seconds(1)), skipping: Set(skipped))
        if let longest = longestWait(within: timeout) {
            let advice = longest >= .seconds(1) ? "at most \(Duration.seconds(longest.components.seconds).prometheusText), or " : ""
            section.report(
                "quarantine_wait",
                found:
                    "\(quarantineWait.prometheusText), too long for \(checks.count) checks within the timeout of \(timeout.prometheusText)",
                write: advice + "a longer timeout")
        }
        if checks.isEmpty {
            section.report("smtp", found: "nothing to try", write: "at least one of the sections smtp, submission and imap")
        }
    }

    public var accounts: [AccountNeed] {
        var needs: [AccountNeed] = []
        if let submission, let account = submission.account, checks.contains(.wrongPassword) {
            // What it is tried with is a wrong password; that it has a right one shows that there is such an account.
            var access = submission
            access.to = nil
            needs.append(AccountNeed(.submission(access), account, purpose: "is tried with a wrong password"))
        }
        if let mailbox, let account = mailbox.account {
            // What should have been refused and was not is removed from wherever the platform put it.
            if !Set(checks).isDisjoint(with: [.forgedSender, .gtube, .eicar]) {
                needs.append(.arrivals(at: mailbox, account, others: ProbeFolders(junk: junkFolder)))
            } else if checks.contains(.imapWrongPassword) {
                needs.append(AccountNeed(.mailbox(mailbox, .init()), account, purpose: "is tried with a wrong password"))
            }
        }
        return needs
    }

    public func journey(in setting: JourneySetting) throws -> any JourneyRunning {
        NegativeJourney(setting: setting, task: self, routes: try NegativeRoutes(self))
    }
}

extension NegativeTask.Outside {
    /// Reads the section `smtp` of a journey, and what belongs to it beside it; `nil` without a recipient.
    init?(_ journey: ConfigurationSection) {
        let stranger = Self.address("stranger", of: journey)
        let unknown = Self.address("unknown_recipient", of: journey)
        let forged = Self.address("forged_sender", of: journey)
        let gtube = journey.choice("gtube", of: NegativeTask.Catch.self)
        let eicar = journey.choice("eicar", of: NegativeTask.Catch.self)
        guard let exchange = journey.section("smtp", SMTPAccess.init) else { return nil }
        guard let recipient = exchange.to else {
            journey.report("smtp", found: "no recipient", write: "an smtp section with to: probe@example.test")
            return nil
        }
        self.init(
            exchange: exchange, to: recipient, stranger: stranger ?? "postwatch@example.invalid", unknownRecipient: unknown,
            forgedSender: forged, gtube: gtube, eicar: eicar)
    }

    private static func address(_ key: String, of section: ConfigurationSection) -> String? {
        guard let text = section.text(key) else { return nil }
        guard SMTPAccess.isAddress(text) else {
            section.report(key, found: "\"\(text)\"", write: "an address such as nobody@example.test")
            return nil
        }
        return text
    }
}
