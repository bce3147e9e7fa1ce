import Journeys
import MailClient

/// Journeys that look into a mailbox.
extension FaultTable {
    static let imap: [FaultCell] =
        beforeTheDialogue("imap", .imap, wire: "imap")
        + throughout(
            "imap", .imap, beginning: "* OK ", limit: 262_144,
            [
                Moment("", "imap greeting", "the greeting"),
                Moment("CAPABILITY", "imap capability", "the answer to CAPABILITY"),
                Moment("STARTTLS", "imap starttls", "the answer to STARTTLS", variant: .init(tls: .starttls)),
                Moment("LOGIN", "imap auth", "the answer to LOGIN"),
                Moment("LIST", "imap list", "the answer to LIST"),
                Moment("EXAMINE", "imap select", "the answer to EXAMINE"),
                Moment("UID SEARCH", "imap search", "the answer to UID SEARCH"),
                Moment("UID FETCH *", "imap fetch", "the answer to UID FETCH", beginning: "* 3 FETCH (BODY[HEADER] {100}\r\nSubject:"),
                Moment("UID FETCH 9", "imap body", "the answer to UID FETCH", beginning: "* 3 FETCH (BODY[TEXT]<0> {100}\r\nHello"),
                Moment("LOGOUT", "imap logout", "the answer to LOGOUT"),
                Moment("APPEND", "imap append", "the answer to APPEND", variant: .init(steps: [.append])),
                Moment("SELECT", "imap second", "the second session", skipped: 1, variant: .init(steps: [.idle])),
                Moment("IDLE", "imap second", "the second session", variant: .init(steps: [.idle])),
                Moment("APPEND", "imap store", "the answer to APPEND", variant: .init(steps: [.idle]), place: "{} (second session)"),
                Moment("UID STORE", "imap flag", "word of the flag", variant: .init(steps: [.flag])),
                Moment("SELECT", "imap delete", "the end of the deletion", variant: .init(steps: [.append])),
            ])
        + [
            FaultCell(
                kind: "imap", server: .imap, fault: .wrongPassword, moment: "LOGIN",
                words: "{tag} NO [AUTHENTICATIONFAILED] Authentication failed.\r\n", phase: "imap auth",
                sentence: "{}: login refused for the account me@example.test: NO [AUTHENTICATIONFAILED] Authentication failed."),
            FaultCell(
                kind: "imap", server: .imap, fault: .refusal, words: "* BYE too many connections\r\n", phase: "imap greeting",
                sentence: "{}: greeted with BYE too many connections during greeting, expected OK"),
            FaultCell(
                kind: "imap", server: .imap, fault: .refusal, moment: "STARTTLS", words: "{tag} BAD not now\r\n",
                variant: .init(tls: .starttls), phase: "imap starttls",
                sentence: "{}: STARTTLS was answered with BAD not now during starttls, expected OK"),
            FaultCell(
                kind: "imap", server: .imap, fault: .silence, moment: "STARTTLS", words: "{tag} OK go on\r\n",
                variant: .init(tls: .starttls), phase: "imap tls",
                sentence: "{}: timed out during tls: the end of the TLS handshake did not come within {timeout}"),
            FaultCell(
                kind: "imap", server: .imap, fault: .refusal, moment: "LIST", words: "* BYE going down\r\n", phase: "imap list",
                sentence: "{}: the server ended the connection: BYE going down during list"),
            FaultCell(
                kind: "imap", server: .imap, fault: .refusal, moment: "LOGIN", skipped: 1,
                words: "{tag} NO [LIMIT] too many connections\r\n", variant: .init(steps: [.idle]), phase: "imap second",
                sentence: "{} (second session): login refused for the account me@example.test: NO [LIMIT] too many connections"),
        ]
        + imapRefusals

    private static let imapRefusals: [FaultCell] = [
        refusedByIMAP("CAPABILITY", "capability"), refusedByIMAP("LIST", "list"), refusedByIMAP("EXAMINE", "select"),
        refusedByIMAP("UID SEARCH", "search"), refusedByIMAP("UID FETCH *", as: "UID FETCH", "fetch"),
        refusedByIMAP("UID FETCH 9", as: "UID FETCH", "body"),
        refusedByIMAP("APPEND", as: "APPEND of Sent", "append", .init(steps: [.append])),
        refusedByIMAP("APPEND", as: "APPEND of INBOX", "store", .init(steps: [.idle]), place: "{} (second session)"),
        refusedByIMAP("UID STORE", "flag", .init(steps: [.flag])),
    ].flatMap(\.self)

    private static func refusedByIMAP(
        _ moment: String, as command: String? = nil, _ phase: String, _ variant: FaultCell.Variant = .init(), place: String = "{}"
    ) -> [FaultCell] {
        ["NO [UNAVAILABLE] not now", "BAD what"].map { words in
            FaultCell(
                kind: "imap", server: .imap, fault: .refusal, moment: moment, words: "{tag} \(words)\r\n", variant: variant,
                phase: "imap \(phase)",
                sentence: "\(place): \(command ?? moment) was answered with \(words) during \(phase), expected OK")
        }
    }

    static let pop3: [FaultCell] =
        beforeTheDialogue("pop3", .pop3, wire: "pop3")
        + throughout(
            "pop3", .pop3, beginning: "+OK ", limit: 65_536,
            [
                Moment("", "pop3 greeting", "the greeting"),
                Moment("CAPA", "pop3 capability", "the answer to CAPA"),
                Moment("STLS", "pop3 starttls", "the answer to STLS", variant: .init(tls: .starttls)),
                Moment("USER", "pop3 auth", "the answer to the login"),
                Moment("PASS", "pop3 auth", "the answer to the login"),
                Moment("STAT", "pop3 stat", "the answer to STAT"),
                Moment("LIST", "pop3 list", "the answer to LIST"),
                Moment("TOP", "pop3 top", "the answer to TOP"),
                Moment("RETR", "pop3 retr", "the answer to RETR", beginning: "+OK\r\nSubject: h"),
                Moment("QUIT", "pop3 quit", "the answer to QUIT"),
            ])
        + [
            FaultCell(
                kind: "pop3", server: .pop3, fault: .wrongPassword, moment: "PASS", words: "-ERR [AUTH] Authentication failed.\r\n",
                phase: "pop3 auth", sentence: "{}: login refused for the account me@example.test: -ERR [AUTH] Authentication failed."),
            FaultCell(
                kind: "pop3", server: .pop3, fault: .refusal, words: "-ERR [SYS/TEMP] busy\r\n", phase: "pop3 greeting",
                sentence: "{}: greeted with -ERR [SYS/TEMP] busy during greeting, expected +OK"),
            FaultCell(
                kind: "pop3", server: .pop3, fault: .refusal, moment: "STLS", words: "-ERR not now\r\n", variant: .init(tls: .starttls),
                phase: "pop3 starttls", sentence: "{}: STLS was answered with -ERR not now during starttls, expected +OK"),
            FaultCell(
                kind: "pop3", server: .pop3, fault: .silence, moment: "STLS", words: "+OK go on\r\n", variant: .init(tls: .starttls),
                phase: "pop3 tls", sentence: "{}: timed out during tls: the end of the TLS handshake did not come within {timeout}"),
        ]
        + pop3Refusals

    private static let pop3Refusals: [FaultCell] = ["STAT", "LIST", "TOP", "RETR"].map { command in
        let phase = command.lowercased()
        return FaultCell(
            kind: "pop3", server: .pop3, fault: .refusal, moment: command, words: "-ERR [IN-USE] locked\r\n", phase: "pop3 \(phase)",
            sentence: "{}: \(command) was answered with -ERR [IN-USE] locked during \(phase), expected +OK")
    }

    static let sieve: [FaultCell] =
        beforeTheDialogue("sieve", .sieve, wire: "sieve")
        + throughout(
            "sieve", .sieve, beginning: "OK \"", limit: 8192,
            [
                Moment("", "sieve greeting", "the greeting"),
                Moment("STARTTLS", "sieve starttls", "the answer to STARTTLS", variant: .init(tls: .starttls)),
                Moment("AUTHENTICATE", "sieve auth", "the answer to AUTHENTICATE"),
                Moment("LISTSCRIPTS", "sieve list", "the answer to LISTSCRIPTS"),
                // The last line of the script.
                Moment("}", "sieve put", "the answer to PUTSCRIPT", beginning: "NO {100}\r\nline 1"),
                Moment("SETACTIVE", "sieve activate", "the answer to SETACTIVE"),
                Moment("LOGOUT", "sieve logout", "the answer to LOGOUT"),
            ])
        + [
            FaultCell(
                kind: "sieve", server: .sieve, fault: .wrongPassword, moment: "AUTHENTICATE", words: "NO \"Authentication failed.\"\r\n",
                phase: "sieve auth", sentence: "{}: login refused for the account me@example.test: NO \"Authentication failed.\""),
            FaultCell(
                kind: "sieve", server: .sieve, fault: .refusal, words: "BYE (TRYLATER) \"busy\"\r\n", phase: "sieve greeting",
                sentence: "{}: greeted with BYE (TRYLATER) \"busy\" during greeting, expected OK"),
            FaultCell(
                kind: "sieve", server: .sieve, fault: .refusal, moment: "STARTTLS", words: "NO \"not now\"\r\n",
                variant: .init(tls: .starttls), phase: "sieve starttls",
                sentence: "{}: STARTTLS was answered with NO \"not now\" during starttls, expected OK"),
            FaultCell(
                kind: "sieve", server: .sieve, fault: .refusal, moment: "LISTSCRIPTS", words: "BYE \"going down\"\r\n", phase: "sieve list",
                sentence: "{}: the server ended the connection: BYE \"going down\" during list"),
            FaultCell(
                kind: "sieve", server: .sieve, fault: .silence, moment: "STARTTLS", words: "OK\r\n", variant: .init(tls: .starttls),
                phase: "sieve tls", sentence: "{}: timed out during tls: the end of the TLS handshake did not come within {timeout}"),
        ]
        + [
            refusedBySieve("LISTSCRIPTS", "list"), refusedBySieve("}", as: "PUTSCRIPT", "put"), refusedBySieve("SETACTIVE", "activate"),
        ]

    private static func refusedBySieve(_ moment: String, as command: String? = nil, _ phase: String) -> FaultCell {
        FaultCell(
            kind: "sieve", server: .sieve, fault: .refusal, moment: moment, words: "NO (QUOTA) \"full\"\r\n", phase: "sieve \(phase)",
            sentence: "{}: \(command ?? moment) was answered with NO (QUOTA) \"full\" during \(phase), expected OK")
    }
}
