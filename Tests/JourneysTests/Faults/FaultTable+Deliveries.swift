import Journeys
import MailClient

/// Journeys that hand mail over.
extension FaultTable {
    static let smtp: [FaultCell] = exchange("smtp", isSignedIn: true, envelope: [Moment("QUIT", "smtp quit", "the answer to QUIT")])

    static let deliveries: [FaultCell] =
        ["inbound", "outbound", "round-trip"].flatMap { kind in
            exchange(kind, isSignedIn: kind != "inbound", envelope: envelope) + arrival(kind)
        }
        + exchange("sieve", isSignedIn: false, envelope: envelope) + filing

    private static let envelope = [
        Moment("MAIL", "smtp mail", "the answer to MAIL FROM"), Moment("RCPT", "smtp rcpt", "the answer to RCPT TO"),
        Moment("DATA", "smtp data", "the answer to DATA"), Moment(".", "smtp accept", "the word of acceptance"),
    ]

    /// An SMTP server that misbehaves.
    private static func exchange(_ kind: String, isSignedIn: Bool, envelope: [Moment]) -> [FaultCell] {
        let login = Moment("AUTH", "smtp auth", "the answer to AUTH")
        let commands = [Moment("EHLO", "smtp ehlo", "the answer to EHLO")] + (isSignedIn ? [login] : []) + envelope
        let beginnings = [
            Moment("", "smtp greeting", "the greeting"),
            Moment("STARTTLS", "smtp starttls", "the answer to STARTTLS", variant: .init(tls: .starttls)),
        ]
        var cells = beforeTheDialogue(kind, .smtp, wire: "smtp")
        cells += throughout(kind, .smtp, beginning: "250-", limit: 2048, beginnings + commands)
        cells += commands.flatMap { refusals(kind, $0) }
        cells += [
            FaultCell(
                kind: kind, server: .smtp, fault: .refusal, words: "421 4.3.2 too busy\r\n", phase: "smtp greeting",
                sentence: "{}: the server ended the session: greeted with 421 4.3.2 too busy during greeting"),
            FaultCell(
                kind: kind, server: .smtp, fault: .refusal, words: "554 5.7.1 no\r\n", phase: "smtp greeting",
                sentence: "{}: greeted with 554 5.7.1 no during greeting, expected 220"),
            FaultCell(
                kind: kind, server: .smtp, fault: .refusal, moment: "STARTTLS", words: "454 4.7.0 not now\r\n",
                variant: .init(tls: .starttls), phase: "smtp starttls",
                sentence: "{}: STARTTLS was answered with 454 4.7.0 not now during starttls, expected 220"),
            FaultCell(
                kind: kind, server: .smtp, fault: .silence, moment: "STARTTLS", words: "220 go on\r\n", variant: .init(tls: .starttls),
                phase: "smtp tls", sentence: "{}: timed out during tls: the end of the TLS handshake did not come within {timeout}"),
        ]
        guard isSignedIn else { return cells }
        return cells + [
            FaultCell(
                kind: kind, server: .smtp, fault: .wrongPassword, moment: "AUTH", words: "535 5.7.8 authentication failed\r\n",
                phase: "smtp auth", sentence: "{}: login refused for the account me@example.test: 535 5.7.8 authentication failed")
        ]
    }

    /// 421 ends the session, whatever was asked; other answers refuse the command.
    private static func refusals(_ kind: String, _ moment: Moment) -> [FaultCell] {
        let phase = moment.phase.split(separator: " ").last.map(String.init) ?? ""
        let command = moment.awaited == "the word of acceptance" ? "the message" : String(moment.awaited.dropFirst("the answer to ".count))
        let expected = ["data": 354, "quit": 221][phase] ?? 250
        var cells = [
            FaultCell(
                kind: kind, server: .smtp, fault: .refusal, moment: moment.heard, words: "421 4.3.2 going down\r\n", phase: moment.phase,
                sentence: "{}: the server ended the session: \(command) was answered with 421 4.3.2 going down during \(phase)")
        ]
        for words in ["452 4.3.1 full", "550 5.7.1 no"] where phase != "auth" {
            cells.append(
                FaultCell(
                    kind: kind, server: .smtp, fault: .refusal, moment: moment.heard, words: "\(words)\r\n", phase: moment.phase,
                    sentence: "{}: \(command) was answered with \(words) during \(phase), expected \(expected)"))
        }
        return cells
    }

    /// A mailbox that misbehaves in which a message is to arrive.
    private static func arrival(_ kind: String) -> [FaultCell] {
        mailbox(
            kind,
            further: [
                Moment("SELECT", "imap select", "the answer to SELECT"),
                Moment("UID SEARCH", "delivery arrival", "an answer from the mailbox"),
                Moment("UID FETCH", "imap fetch", "the message", beginning: "* 1 FETCH (UID 1 BODY[] {100}\r\nReceived:"),
                Moment("UID STORE", "imap delete", "the end of the deletion"),
                Moment("LOGOUT", "imap logout", "the answer to LOGOUT"),
            ],
            refusals: [
                ("SELECT", "SELECT", "imap select"), ("UID SEARCH", "UID SEARCH", "delivery arrival"),
                ("UID FETCH", "UID FETCH", "imap fetch"), ("UID STORE", "UID STORE", "imap delete"),
                ("UID EXPUNGE", "UID EXPUNGE", "imap delete"),
            ])
    }

    /// A mailbox that misbehaves in which a message is to be filed.
    private static let filing = mailbox(
        "sieve",
        further: [
            Moment("LIST", "delivery arrival", "an answer from the mailbox"),
            Moment("UID SEARCH", "delivery arrival", "an answer from the mailbox"),
            Moment("UID FETCH", "imap delete", "the end of the deletion"),
            Moment("LOGOUT", "imap logout", "the answer to LOGOUT"),
        ],
        refusals: [
            ("LIST", "LIST", "delivery arrival"), ("SELECT", "SELECT", "delivery arrival"), ("UID STORE", "UID STORE", "imap delete"),
        ])

    private static func mailbox(
        _ kind: String, further: [Moment], refusals: [(moment: String, command: String, phase: String)]
    ) -> [FaultCell] {
        let beginnings = [
            Moment("", "imap greeting", "the greeting"),
            Moment("CAPABILITY", "imap capability", "the answer to CAPABILITY", variant: .init(tls: .starttls)),
            Moment("STARTTLS", "imap starttls", "the answer to STARTTLS", variant: .init(tls: .starttls)),
            Moment("LOGIN", "imap auth", "the answer to LOGIN"),
        ]
        var cells = beforeTheDialogue(kind, .imap, wire: "imap")
        cells += throughout(kind, .imap, beginning: "* OK ", limit: 262_144, beginnings + further)
        cells += [
            FaultCell(
                kind: kind, server: .imap, fault: .wrongPassword, moment: "LOGIN",
                words: "{tag} NO [AUTHENTICATIONFAILED] Authentication failed.\r\n", phase: "imap auth",
                sentence: "{}: login refused for the account me@example.test: NO [AUTHENTICATIONFAILED] Authentication failed."),
            FaultCell(
                kind: kind, server: .imap, fault: .refusal, words: "* BYE too many connections\r\n", phase: "imap greeting",
                sentence: "{}: greeted with BYE too many connections during greeting, expected OK"),
            FaultCell(
                kind: kind, server: .imap, fault: .refusal, moment: "UID SEARCH", words: "* BYE going down\r\n",
                phase: "delivery arrival", sentence: "{}: the server ended the connection: BYE going down during arrival"),
        ]
        for refusal in refusals {
            let phase = refusal.phase.split(separator: " ").last ?? ""
            cells += ["NO [UNAVAILABLE] not now", "BAD what"].map { words in
                FaultCell(
                    kind: kind, server: .imap, fault: .refusal, moment: refusal.moment, words: "{tag} \(words)\r\n",
                    phase: refusal.phase, sentence: "{}: \(refusal.command) was answered with \(words) during \(phase), expected OK")
            }
        }
        return cells
    }
}
