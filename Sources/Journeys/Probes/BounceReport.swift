import MailWire
import PostwatchModel

/// A message that tells the sender what became of one of our messages. Source: RFC 3464.
struct BounceReport: Hashable {
    /// What happened. Source: RFC 3464, section 2.3.3.
    enum Action: String, Hashable {
        case failed, delayed, delivered, relayed, expanded
    }

    /// Of the message that is reported on: its header stands in the report, with our signature.
    let mark: ProbeMark
    /// Of the first recipient.
    let action: Action
    /// `550 5.1.1 <x@example.test>: Recipient address rejected`, printable and cut; `nil` when the report does not say.
    let diagnosis: String?

    /// `nil` for a message that is no report, or not on a message of ours.
    init?(_ message: [UInt8], verifiedWith key: ProbeSigningKey) {
        // The fields of whichever part: those of the report, and those of the message that it is about.
        let header = MessageHeader(message, throughAllParts: true)
        guard header.values(of: "Content-Type").first?.lowercased().hasPrefix("multipart/report") == true, header.isDeliveryReport,
            let mark = ProbeMark(header: header, verifiedWith: key),
            let action = header.values(of: "Action").first.flatMap({ Action(rawValue: $0.lowercased()) })
        else { return nil }
        self.mark = mark
        self.action = action
        let code = header.values(of: "Diagnostic-Code").first
        // `smtp; 550 …`: what follows is in the terms of that.
        let text = code.flatMap { WireText.parts($0, at: ";", atMost: 2).last } ?? header.values(of: "Status").first
        diagnosis = text.map { WireText.printable(WireText.words($0).joined(separator: " ").utf8, limit: 200) }
    }
}
