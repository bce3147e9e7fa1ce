import MailWire

/// The script that a journey keeps in its account: files its own messages, leaves every other alone. Source: RFC 5228, RFC 5490.
struct SieveScript {
    let journey: String
    let folder: String

    /// What the script begins with: by it the journey knows its own.
    var firstLine: String { "# Postwatch: the journey \(journey) keeps this script." }

    var content: [UInt8] {
        let condition = "header :contains \(WireText.quoted(ProbeMark.headerName)) \(WireText.quoted("\(journey);"))"
        let lines = [
            "\(firstLine) It touches no message but the journey's own.",
            "require [\"fileinto\", \"mailbox\"];",
            "if \(condition) {",
            "    fileinto :create \(WireText.quoted(folder));",
            "    stop;",
            "}",
            "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}
