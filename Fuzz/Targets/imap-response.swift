// fuzz: module MailWire Sources/MailWire
// fuzz: module Replies Fuzz/Replies
import MailWire
import Replies

/// What IMAP servers send, cut anyhow.
enum FuzzTarget: Fuzzing {
    static let seeds = [
        "* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\np1 NO [AUTHENTICATIONFAILED] no\r\n+ go on\r\n* BYE away\r\n",
        "* LIST (\\HasNoChildren \\Sent) \"/\" \"Sent &AOk-\"\r\n* SEARCH 1 2 3\r\n* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* 1 EXPUNGE\r\n",
        "* 1 FETCH (UID 7 FLAGS (\\Seen) RFC822.SIZE 12 BODY[HEADER.FIELDS (SUBJECT)] {12}\r\nSubject: a\r\n INTERNALDATE \"x\")\r\n",
        "* 2 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" NIL) NIL) ENVELOPE (NIL \"a\\\"b\" {1}\r\nx))\r\np2 OK [APPENDUID 1 2] done\r\n",
    ].map { [128] + Array($0.utf8) }

    static func run(_ input: UnsafeRawBufferPointer) {
        let reading = ReplyReading(checking: input, by: IMAPResponseParser.self)
        precondition(reading.replies.count <= input.count)
    }
}
