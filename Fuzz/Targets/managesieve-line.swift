// fuzz: header Sources/CXML2
// fuzz: link xml2
// fuzz: module MailWire Sources/MailWire
// fuzz: module Replies Fuzz/Replies
import MailWire
import Replies

/// What ManageSieve servers send, cut anyhow.
enum FuzzTarget: Fuzzing {
    static let seeds = [
        "\"IMPLEMENTATION\" \"Dove \\\"cot\\\\\"\r\n\"SASL\" \"PLAIN LOGIN\"\r\n\"STARTTLS\"\r\nOK \"ready\"\r\n",
        "\"vacation\" ACTIVE\r\n{5}\r\na\r\nbc\r\n{0+}\r\n\r\nOK (TAG \"a)b\") \"done\"\r\n",
        "NO (QUOTA/MAXSCRIPTS) {4}\r\nfull\r\nOK (TAG {2}\r\na)) \"x\"\r\nBYE (TRYLATER)\r\n",
    ].map { [128] + Array($0.utf8) }

    static func run(_ input: UnsafeRawBufferPointer) {
        for line in ReplyReading(checking: input, by: SieveLineParser.self).replies {
            switch line {
            case .data(let data): precondition(!data.strings.isEmpty)
            case .end(let reply): precondition(reply.data.isEmpty && !reply.description.isEmpty)
            }
        }
    }
}
