import Journeys
import MailClient

/// The journey that tries what must not work: here its servers do not even come to refuse it, or do not refuse it.
extension FaultTable {
    static let negative: [FaultCell] =
        outside(.smtp, check: "open_relay", commands: ["MAIL": "MAIL FROM", "RCPT": "RCPT TO"])
        + outside(.submission, check: "wrong_password", commands: ["AUTH": "AUTH"])
        + [
            FaultCell(
                kind: "negative", server: .smtp, fault: .refusal, moment: "RCPT", words: "250 2.1.5 ok\r\n", phase: "negative open_relay",
                sentence: "{} accepted mail from outside for postwatch@example.invalid during open_relay; it is an open relay"),
            FaultCell(
                kind: "negative", server: .smtp, fault: .refusal, moment: "RCPT", words: "421 4.3.2 going down\r\n",
                phase: "negative open_relay",
                sentence:
                    "{}: the server ended the session: RCPT TO was answered with 421 4.3.2 going down during rcpt, so open_relay could not be tried"
            ),
            FaultCell(
                kind: "negative", server: .smtp, fault: .refusal, moment: "MAIL", words: "452 4.3.1 full\r\n", phase: "negative open_relay",
                sentence: "{}: MAIL FROM was answered with 452 4.3.1 full during open_relay, expected 250"),
            FaultCell(
                kind: "negative", server: .submission, fault: .wrongPassword, moment: "AUTH", words: "235 2.7.0 in\r\n",
                phase: "negative wrong_password",
                sentence:
                    "{} accepted a wrong password for the account me@example.test during wrong_password; anybody may send in its name"),
            FaultCell(
                kind: "negative", server: .submission, fault: .refusal, moment: "AUTH", words: "454 4.7.0 later\r\n",
                phase: "negative wrong_password",
                sentence: "{}: AUTH with a wrong password was answered with 454 4.7.0 later during wrong_password, expected 535"),
            FaultCell(
                kind: "negative", server: .imap, fault: .wrongPassword, moment: "LOGIN", words: "{tag} OK in\r\n",
                phase: "negative imap_wrong_password",
                sentence:
                    "{} accepted a wrong password for the account me@example.test during imap_wrong_password; anybody may read its mail"),
            FaultCell(
                kind: "negative", server: .imap, fault: .refusal, moment: "LOGIN", words: "{tag} BAD what\r\n",
                phase: "negative imap_wrong_password",
                sentence: "{}: a login with a wrong password was answered with BAD what during imap_wrong_password, expected NO"),
            FaultCell(
                kind: "negative", server: .imap, fault: .refusal, words: "* BYE too many connections\r\n",
                phase: "negative imap_wrong_password",
                sentence:
                    "{}: greeted with BYE too many connections during greeting, expected OK, so imap_wrong_password could not be tried"),
        ]
        + relabelled(
            beforeTheDialogue("negative", .imap, wire: "imap", rest: ", so imap_wrong_password could not be tried")
                + throughout(
                    "negative", .imap, beginning: "* OK ", limit: 262_144, rest: ", so imap_wrong_password could not be tried",
                    [Moment("", "imap greeting", "the greeting")]),
            as: "imap_wrong_password")
        + relabelled(
            throughout(
                "negative", .imap, beginning: "* OK ", limit: 262_144,
                [Moment("LOGIN", "imap imap_wrong_password", "the refusal")]), as: "imap_wrong_password")

    private static func outside(_ server: ServerRole, check: String, commands: [String: String]) -> [FaultCell] {
        let rest = ", so \(check) could not be tried"
        let moments =
            [
                Moment("", "smtp greeting", "the greeting"), Moment("EHLO", "smtp ehlo", "the answer to EHLO"),
                Moment("STARTTLS", "smtp starttls", "the answer to STARTTLS", variant: .init(tls: .starttls)),
            ] + commands.map { Moment($0.key, "smtp \($0.key.lowercased())", "the answer to \($0.value)") }
        return relabelled(
            beforeTheDialogue("negative", server, wire: "smtp", rest: rest)
                + throughout("negative", server, beginning: "250-", limit: 2048, rest: rest, moments)
                + [
                    FaultCell(
                        kind: "negative", server: server, fault: .refusal, words: "421 4.3.2 too busy\r\n", phase: "",
                        sentence: "{}: the server ended the session: greeted with 421 4.3.2 too busy during greeting" + rest)
                ], as: check)
    }

    /// What fails is the check, wherever it came to.
    private static func relabelled(_ cells: [FaultCell], as check: String) -> [FaultCell] {
        cells.map { cell in
            FaultCell(
                kind: cell.kind, server: cell.server, fault: cell.fault, moment: cell.moment, words: cell.words, variant: cell.variant,
                phase: "negative \(check)", sentence: cell.sentence)
        }
    }
}
