import PostwatchModel

/// The message that an inbound journey sends. Source: RFC 5322; Auto-Submitted: RFC 3834, section 5.
struct ProbeMessage {
    /// What the Message-ID begins with, so that whoever reads the logs of mail servers knows a probe by it: `<postwatch.ID@host>`.
    static let identifierPrefix = "postwatch."

    let mark: ProbeMark
    /// Empty for the null sender.
    let sender: String
    let recipient: String
    /// The name that we give ourselves in EHLO: the domain of the message's identifier.
    let host: String

    /// With CRLF line ends; no line beyond 78 characters but the signature's, which must not be folded for SEARCH to find it.
    func bytes(signedWith key: ProbeSigningKey) -> [UInt8] {
        let lines = [
            "Date: \(MailDate(mark.sentAt).headerText)",
            "From: Postwatch <\(sender.isEmpty ? "postwatch@\(host)" : sender)>",
            "To: <\(recipient)>",
            "Message-ID: <\(Self.identifierPrefix)\(mark.id)@\(host)>",
            "Subject: Postwatch probe \(mark.journey)",
            "Auto-Submitted: auto-generated",
            "\(ProbeMark.headerName): \(mark.headerValue(signedWith: key))",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=us-ascii",
            "",
            "This message measures how long mail takes to arrive.",
            "It is removed by the system that sent it.",
            "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}
