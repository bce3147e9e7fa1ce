import PostwatchModel

/// A message that a journey sends. Source: RFC 5322; Auto-Submitted: RFC 3834, section 5.
struct ProbeMessage {
    /// What the Message-ID begins with, so that whoever reads the logs of mail servers knows a probe by it: `<postwatch.ID@host>`.
    static let identifierPrefix = "postwatch."

    let mark: ProbeMark
    /// Empty for the null sender.
    let sender: String
    let recipient: String
    /// The name that we give ourselves in EHLO: the domain of the message's identifier.
    let host: String
    var content = Content.plain

    enum Content: Hashable, Sendable {
        /// Two sentences that tell whoever reads it what it is.
        case plain
        /// The same, in a message that a responder may answer: without the header by which programs spare each other.
        case answerable
        /// What every spam filter must take for spam.
        case gtube
        /// An attachment that every virus scanner must take for a virus.
        case eicar
    }

    /// With CRLF line ends; no line beyond 78 characters but the signature's, which must not be folded for SEARCH to find it.
    func bytes(signedWith key: ProbeSigningKey) -> [UInt8] {
        let subject = content == .answerable ? "Postwatch probe \(mark.journey) \(mark.id)" : "Postwatch probe \(mark.journey)"
        // A responder must not answer what a program sent. Source: RFC 3834, section 2.
        let origin = content == .answerable ? [] : ["Auto-Submitted: auto-generated"]
        let lines =
            [
                "Date: \(MailDate(mark.sentAt).headerText)",
                "From: Postwatch <\(sender.isEmpty ? "postwatch@\(host)" : sender)>",
                "To: <\(recipient)>",
                "Message-ID: <\(Self.identifierPrefix)\(mark.id)@\(host)>",
                "Subject: \(subject)",
            ] + origin + [
                "\(ProbeMark.headerName): \(mark.headerValue(signedWith: key))",
                "MIME-Version: 1.0",
            ] + parts
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    // MARK: - Private

    private static let explanation = [
        "This message measures how long mail takes to arrive.",
        "It is removed by the system that sent it.",
        "",
    ]

    /// Header fields of the content, an empty line, and the body.
    private var parts: [String] {
        switch content {
        case .plain, .answerable: ["Content-Type: text/plain; charset=us-ascii", ""] + Self.explanation
        case .gtube: ["Content-Type: text/plain; charset=us-ascii", ""] + Self.explanation + [TestPatterns.gtube, ""]
        case .eicar:
            [
                "Content-Type: multipart/mixed; boundary=\"probe-\(mark.id)\"",
                "",
                "--probe-\(mark.id)",
                "Content-Type: text/plain; charset=us-ascii",
                "",
            ] + Self.explanation + [
                "--probe-\(mark.id)",
                "Content-Type: application/octet-stream; name=\"eicar.com\"",
                "Content-Disposition: attachment; filename=\"eicar.com\"",
                "Content-Transfer-Encoding: 7bit",
                "",
                TestPatterns.eicar,
                "--probe-\(mark.id)--",
                "",
            ]
        }
    }
}
