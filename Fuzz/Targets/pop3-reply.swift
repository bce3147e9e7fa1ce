// fuzz: header Sources/CXML2
// fuzz: link xml2
// fuzz: module MailWire Sources/MailWire
// fuzz: module Replies Fuzz/Replies
import MailWire
import Replies

/// What POP3 servers send, as the answer to a command with lines and to one without.
enum FuzzTarget: Fuzzing {
    static let seeds = [
        "+OK ready\r\n-ERR [AUTH] no\r\n+ eyJ9\r\n",
        "+OK\r\nTOP\r\nSASL PLAIN\r\n.\r\n+OK 2 messages\r\n1 120\r\n2 4096\r\n.\r\n+OK\r\nSubject: a\r\n\r\n..dot\r\n.\r\n",
    ].map { [128] + Array($0.utf8) }

    static func run(_ input: UnsafeRawBufferPointer) {
        let lines = ReplyReading(checking: input, by: POP3LineParser.self).replies
        for command in [POP3Command.list, .noop] {
            var builder = POP3ReplyBuilder(answering: command)
            for line in lines {
                do throws(WireFault) {
                    guard let reply = try builder.take(line) else { continue }
                    precondition(reply.lines.isEmpty || command.bringsLines && reply.status == .ok)
                    precondition(reply.words.count == reply.lines.count && !reply.description.isEmpty)
                    builder = POP3ReplyBuilder(answering: command)
                } catch {
                    break
                }
            }
        }
    }
}
