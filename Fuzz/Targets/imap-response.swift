// fuzz: header Sources/CXML2
// fuzz: link xml2
// fuzz: module MailWire Sources/MailWire
// fuzz: module Replies Fuzz/Replies
import MailWire
import Replies

/// What IMAP servers send, cut anyhow.
enum FuzzTarget: Fuzzing {
    static let seeds: [[UInt8]] = [
        "* OK [CAPABILITY IMAP4rev1 SASL-IR] ready {5}\r\n", "p1 NO [AUTHENTICATIONFAILED] no\r\n+ idling\r\n* BYE enough\r\n",
        "* 23 EXISTS\r\n* 4 EXPUNGE\r\n* SEARCH 2 84 (MODSEQ 9)\r\n* FLAGS (\\Seen $Label[1])\r\n",
        "* LIST (\\HasNoChildren \\Sent) \"/\" {7}\r\nT&APw-r\r\n* STATUS a (MESSAGES 2 X (a b))\r\n",
        "* VANISHED (EARLIER) 41,43:116\r\np2 OK [APPENDUID 38505 3955] done\r\n",
        "* 12 FETCH (UID 77 FLAGS (\\Seen) RFC822.SIZE 9 BODY[HEADER.FIELDS (X-A)]<0> {9}\r\nX-A: }\r\n\n ENVELOPE (\"d\" NIL ((\"n\"))))\r\n",
    ].map { [128] + Array($0.utf8) }

    static func run(_ input: UnsafeRawBufferPointer) {
        let reading = ReplyReading(checking: input, by: IMAPResponseParser.self)
        precondition(reading.replies.count <= input.count)
        _ = SASLCredentials.text(ofChallenge: String(decoding: input.dropFirst(), as: UTF8.self))
    }
}
