import MailClient

/// The small checks beneath: names, ports, certificates.
extension FaultTable {
    static let smallChecks = dns + tcp + tls

    private static let dns = [
        FaultCell(
            kind: "dns", server: .dns, fault: .blackHole, phase: "dns request",
            sentence: "the name server {} did not answer for mail.example.test in time, during request"),
        // What is too long for a datagram is asked for again by TCP.
        FaultCell(
            kind: "dns", server: .dns, fault: .silence, phase: "dns request",
            sentence: "the name server {} did not answer for mail.example.test in time, during request"),
        FaultCell(
            kind: "dns", server: .dns, fault: .brokenOff, phase: "dns request",
            sentence: "the name server {} failed for mail.example.test: could not contact dns servers, during request"),
        FaultCell(
            kind: "dns", server: .dns, fault: .refusal, words: "SERVFAIL", phase: "dns request",
            sentence: "the name server {} failed for mail.example.test: dns server returned general failure, during request"),
        FaultCell(
            kind: "dns", server: .dns, fault: .refusal, words: "REFUSED", phase: "dns request",
            sentence: "the name server {} failed for mail.example.test: dns server refused query, during request"),
        FaultCell(
            kind: "dns", server: .dns, fault: .refusal, words: "NXDOMAIN", phase: "dns request",
            sentence: "{}: the name mail.example.test does not exist, during request"),
    ]

    private static let tcp =
        [
            FaultCell(
                kind: "tcp", server: .port, fault: .blackHole, phase: "tcp connect",
                sentence: "{}: timed out during connect: the connection did not come within {timeout}"),
            FaultCell(
                kind: "tcp", server: .port, fault: .refusal, words: "421 too busy\r\n", phase: "tcp greeting",
                sentence: "{}: greeted with \"421 too busy\" during greeting, expected a line that begins with \"220 \""),
        ] + throughout("tcp", .port, beginning: "220 ", limit: 8192, [Moment("", "tcp greeting", "the greeting")])

    private static let tls =
        beforeTheDialogue("tls", .port, wire: "tls").filter { $0.fault != .expiredCertificate } + expired
        + dialects.flatMap { startTLS($0) }

    /// Also told with the certificates of servers that are reached by STARTTLS.
    private static let expired: [FaultCell] = MailProtocol.allCases.map { mailProtocol in
        FaultCell(
            kind: "tls", server: .port, fault: .expiredCertificate,
            variant: .init(tls: mailProtocol == .tls ? .implicit : .starttls, mailProtocol: mailProtocol), phase: "tls verify",
            sentence: "{}: certificate expired on 2021-06-15, during verify")
    }

    /// How a protocol comes to encryption, and how its servers decline.
    private struct Dialect {
        let mailProtocol: MailProtocol
        let beginning: String
        /// Bytes of the longest line.
        let limit: Int
        let unwelcome: String
        var command = "STARTTLS"
        let refusal: String
        let consent: String
    }

    private static let dialects = [
        Dialect(
            mailProtocol: .smtp, beginning: "250-", limit: 2048, unwelcome: "421 4.3.2 too busy", refusal: "454 4.7.0 not now",
            consent: "220 go on"),
        Dialect(
            mailProtocol: .imap, beginning: "* OK ", limit: 262_144, unwelcome: "BYE too many connections", refusal: "BAD not now",
            consent: "OK go on"),
        Dialect(
            mailProtocol: .pop3, beginning: "+OK ", limit: 8192, unwelcome: "-ERR busy", command: "STLS", refusal: "-ERR not now",
            consent: "+OK go on"),
        Dialect(
            mailProtocol: .sieve, beginning: "OK \"", limit: 8192, unwelcome: "BYE \"busy\"", refusal: "NO \"not now\"", consent: "OK"),
    ]

    private static func startTLS(_ dialect: Dialect) -> [FaultCell] {
        let variant = FaultCell.Variant(tls: .starttls, mailProtocol: dialect.mailProtocol)
        let command = dialect.command
        var moments = [Moment("", "tls greeting", "the greeting", variant: variant)]
        if dialect.mailProtocol == .smtp { moments.append(Moment("EHLO", "tls ehlo", "the answer to EHLO", variant: variant)) }
        moments.append(Moment(command, "tls starttls", "the answer to \(command)", variant: variant))
        let (untagged, tag) = dialect.mailProtocol == .imap ? ("* ", "{tag} ") : ("", "")
        let refusals = [
            FaultCell(
                kind: "tls", server: .port, fault: .refusal, words: "\(untagged)\(dialect.unwelcome)\r\n", variant: variant,
                phase: "tls greeting", sentence: "{}: the server greets with \"\(dialect.unwelcome)\" during greeting"),
            FaultCell(
                kind: "tls", server: .port, fault: .refusal, moment: command, words: "\(tag)\(dialect.refusal)\r\n", variant: variant,
                phase: "tls starttls", sentence: "{}: the server answers \(command) with \"\(dialect.refusal)\" during starttls"),
            FaultCell(
                kind: "tls", server: .port, fault: .silence, moment: command, words: "\(tag)\(dialect.consent)\r\n", variant: variant,
                phase: "tls tls", sentence: "{}: timed out during tls: the end of the TLS handshake did not come within {timeout}"),
        ]
        return throughout("tls", .port, beginning: dialect.beginning, limit: dialect.limit, moments) + refusals
    }
}
