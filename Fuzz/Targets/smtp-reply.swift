// fuzz: module MailWire Sources/MailWire
// fuzz: module Replies Fuzz/Replies
import MailWire
import Replies

/// What SMTP servers send, cut anyhow.
enum FuzzTarget: Fuzzing {
    static let seeds = [
        "220 mx-1 ESMTP\r\n250-mx-1\r\n250-SIZE 1000\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n",
        "354 go on\r\n250 2.0.0 Ok: queued as 3F2A1\r\n421 4.3.2 away\r\n550-5.1.1 no\r\n550 5.1.1 such user\r\n334 VXNlcg==\r\n",
    ].map { [128] + Array($0.utf8) }

    static func run(_ input: UnsafeRawBufferPointer) {
        for reply in ReplyReading(checking: input, by: SMTPReplyParser.self).replies {
            precondition((200..<600).contains(reply.code) && !reply.lines.isEmpty && reply.lines.count <= SMTPReplyParser.lineCountLimit)
            let capabilities = SMTPCapabilities(reply)
            precondition(!capabilities.offers("STARTTLS") || reply.lines.count > 1)
            if let status = reply.enhancedStatus { precondition(status.category == reply.code / 100) }
        }
        // A message arrives as it was sent, whatever it holds: one dot alone on a line ends it, and nothing before.
        let encoded = DotStuffing.encode(input)
        let end = Array("\r\n.\r\n".utf8)
        let whole = Array("\r\n".utf8) + encoded
        let ends = whole.indices.count { whole[$0...].starts(with: end) }
        precondition(ends == 1 && whole.suffix(5).elementsEqual(end), "a message ends where it should not")
    }
}
