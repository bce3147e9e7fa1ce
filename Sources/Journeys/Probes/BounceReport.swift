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
        let fields = Self.fields(of: message)
        guard let type = fields.first(where: { $0.name == "content-type" })?.value.lowercased(), type.hasPrefix("multipart/report"),
            type.contains("delivery-status"), let mark = ProbeMark(header: message, verifiedWith: key),
            let action = fields.first(where: { $0.name == "action" }).flatMap({ Action(rawValue: $0.value.lowercased()) })
        else { return nil }
        self.mark = mark
        self.action = action
        let code = fields.first { $0.name == "diagnostic-code" }?.value
        let text =
            code.map { $0.split(separator: ";", maxSplits: 1).last.map(String.init) ?? $0 } ?? fields.first { $0.name == "status" }?.value
        diagnosis = text.map { WireText.printable($0.drop(while: \.isWhitespace).utf8, limit: 200) }
    }

    // MARK: - Private

    /// Every line of the message that looks like a field, of whichever part, unfolded.
    private static func fields(of message: [UInt8]) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        for line in String(decoding: message, as: UTF8.self).split(whereSeparator: \.isNewline) {
            if line.first?.isWhitespace == true {
                if let last = fields.indices.last { fields[last].value += " " + line.drop(while: \.isWhitespace) }
            } else if let colon = line.firstIndex(of: ":"), colon != line.startIndex {
                fields.append((line[..<colon].lowercased(), String(line[line.index(after: colon)...].drop(while: \.isWhitespace))))
            }
        }
        return fields
    }
}
