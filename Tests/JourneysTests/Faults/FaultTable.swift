import Journeys
import MailClient

/// What each kind of journey must say of each fault of each of its servers.
enum FaultTable {
    /// The servers that a journey of each kind speaks to.
    static let servers: [String: [ServerRole]] = [
        "imap": [.imap], "pop3": [.pop3], "sieve": [.sieve, .smtp, .imap],
        "smtp": [.smtp], "inbound": [.smtp, .imap], "outbound": [.smtp, .imap], "round-trip": [.smtp, .imap],
        "negative": [.smtp, .submission, .imap],
        "webmail": [.web], "caldav": [.web], "carddav": [.web], "http": [.web],
        "dns": [.dns], "tcp": [.port], "tls": [.port],
    ]

    static let cells: [FaultCell] = imap + pop3 + sieve + smtp + deliveries + negative + web + smallChecks

    static let meaningless = [
        MeaninglessFault(
            kind: "inbound", server: .smtp, fault: .wrongPassword, reason: "mail from outside is handed over without signing in"),
        MeaninglessFault(kind: "sieve", server: .smtp, fault: .wrongPassword, reason: "its message comes from outside"),
        MeaninglessFault(kind: "negative", server: .smtp, fault: .wrongPassword, reason: "what comes from outside does not sign in"),
        MeaninglessFault(kind: "dns", server: .dns, fault: .wrongPassword, reason: "nobody signs in to a name server"),
        MeaninglessFault(kind: "dns", server: .dns, fault: .expiredCertificate, reason: "questions travel in the clear"),
        MeaninglessFault(kind: "dns", server: .dns, fault: .oversizeLine, reason: "messages have no lines, and c-ares bounds their length"),
        MeaninglessFault(kind: "tcp", server: .port, fault: .wrongPassword, reason: "nobody signs in"),
        MeaninglessFault(kind: "tcp", server: .port, fault: .expiredCertificate, reason: "nothing is encrypted"),
        MeaninglessFault(kind: "tls", server: .port, fault: .wrongPassword, reason: "nobody signs in"),
    ]

    // MARK: Forms

    /// What a server is told in a dialogue, and what the journey waits for then.
    struct Moment {
        let heard: String
        let phase: String
        let awaited: String
        var skipped = 0
        var variant = FaultCell.Variant()
        /// With what a reply begins that is broken off: whatever follows must belong to it.
        var beginning: String?
        /// As sentences call it.
        var place = "{}"

        init(
            _ heard: String, _ phase: String, _ awaited: String, skipped: Int = 0, variant: FaultCell.Variant = .init(),
            beginning: String? = nil, place: String = "{}"
        ) {
            self.heard = heard
            self.phase = phase
            self.awaited = awaited
            self.skipped = skipped
            self.variant = variant
            self.beginning = beginning
            self.place = place
        }
    }

    /// Silence, a reply that is broken off and a line without end, at each moment of a dialogue.
    /// - Parameters:
    ///   - beginning: of a reply.
    ///   - limit: bytes of the longest line.
    static func throughout(
        _ kind: String, _ server: ServerRole, beginning: String, limit: Int, rest: String = "", _ moments: [Moment]
    ) -> [FaultCell] {
        var cells: [FaultCell] = []
        for moment in moments {
            let (awaited, name) = (moment.awaited, moment.phase.split(separator: " ").last ?? "")
            let forms: [(fault: Fault, words: String, sentence: String)] = [
                (.silence, "", "timed out during \(name): \(awaited) did not come within {timeout}"),
                (
                    .brokenOff, moment.beginning ?? beginning,
                    "the server closed the connection in the middle of a reply during \(name), expected \(awaited)"
                ),
                (.oversizeLine, beginning, "the server sent a line of more than \(limit) bytes during \(name), expected \(awaited)"),
            ]
            cells += forms.map { form in
                FaultCell(
                    kind: kind, server: server, fault: form.fault, moment: moment.heard, skipped: moment.skipped, words: form.words,
                    variant: moment.variant, phase: moment.phase, sentence: "\(moment.place): \(form.sentence)\(rest)")
            }
        }
        return cells
    }

    /// A port that swallows packets, and certificates that have ended by both ways to encryption.
    static func beforeTheDialogue(
        _ kind: String, _ server: ServerRole, wire: String, modes: [TLSMode] = [.implicit, .starttls], rest: String = ""
    ) -> [FaultCell] {
        let forms: [(fault: Fault, mode: TLSMode, phase: String, sentence: String)] =
            [(.blackHole, .implicit, "connect", "timed out during connect: the connection did not come within {timeout}")]
            + modes.map { (.expiredCertificate, $0, "tls", "certificate expired on 2021-06-15 during tls") }
            + [
                (.silence, .implicit, "tls", "timed out during tls: the end of the TLS handshake did not come within {timeout}"),
                (.brokenOff, .implicit, "tls", "the server closed the connection during tls, expected the end of the TLS handshake"),
            ]
        return forms.map { form in
            FaultCell(
                kind: kind, server: server, fault: form.fault, variant: .init(tls: form.mode), phase: "\(wire) \(form.phase)",
                sentence: "{}: \(form.sentence)\(rest)")
        }
    }
}
