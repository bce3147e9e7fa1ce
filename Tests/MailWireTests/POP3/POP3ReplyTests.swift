import MailWire
import Testing

@Suite struct POP3ReplyTests {
    private struct Reader {
        var replies: [POP3Reply] = []
        var fault: WireFault?

        init(_ command: POP3Command?, _ pieces: [[UInt8]]) {
            var parser = POP3LineParser()
            var builder = POP3ReplyBuilder(answering: command)
            for piece in pieces {
                parser.append(piece)
                do throws(WireFault) {
                    while let line = try parser.next() {
                        guard let reply = try builder.take(line) else { continue }
                        replies.append(reply)
                        builder = POP3ReplyBuilder(answering: command)
                    }
                } catch {
                    fault = error
                    return
                }
            }
        }
    }

    private static func lines(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    static let samples: [(POP3Command?, String, [POP3Reply])] = [
        (nil, "+OK ready <1.2@a>\r\n", [POP3Reply(status: .ok, text: "ready <1.2@a>")]),
        (nil, "-ERR [SYS/TEMP] later\r\n", [POP3Reply(status: .error, text: "[SYS/TEMP] later")]),
        (.noop, "+OK\r\n+ok fine\n", [POP3Reply(status: .ok, text: ""), POP3Reply(status: .ok, text: "fine")]),
        (.authenticate(.xoauth2(username: "ann", token: "x")), "+ eyJ9\r\n", [POP3Reply(status: .continuation, text: "eyJ9")]),
        (
            .capabilities, "+OK list\r\nTOP\r\nSASL PLAIN LOGIN\r\n.\r\n",
            [POP3Reply(status: .ok, text: "list", lines: lines("TOP", "SASL PLAIN LOGIN"))]
        ),
        (.list, "-ERR unknown\r\n", [POP3Reply(status: .error, text: "unknown")]),
        (
            .retrieve(message: 1), "+OK 7 octets\r\n..dotted\r\n\r\n...\r\n.\r\n",
            [POP3Reply(status: .ok, text: "7 octets", lines: lines(".dotted", "", ".."))]
        ),
    ]

    @Test("A reply is the same however its bytes are cut", arguments: samples)
    func splitting(command: POP3Command?, text: String, expected: [POP3Reply]) {
        for pieces in splits(of: text) {
            let reader = Reader(command, pieces)
            #expect(reader.replies == expected)
            #expect(reader.fault == nil)
        }
    }

    @Test(
        "What is no reply is a typed fault",
        arguments: [
            ("220 smtp\r\n", "\"220 smtp\""), ("\r\n", "nothing"), ("+OKAY\r\n", "\"+OKAY\""), ("OK\r\n", "\"OK\""),
        ])
    func malformed(text: String, found: String) {
        for pieces in splits(of: text) {
            #expect(Reader(nil, pieces).fault == .malformed(expected: "+OK or -ERR", found: found))
        }
    }

    @Test("A line without end, and a message without end, are refused before they have filled the memory")
    func endless() {
        let line = Reader(nil, Array(repeating: Array(repeating: 0x61, count: 10_000), count: 20))
        #expect(line.fault == .lineTooLong(limit: POP3LineParser.lineLimit))
        let empty = Reader(.retrieve(message: 1), [Array("+OK\r\n".utf8)] + Array(repeating: Array("\r\n\r\n\r\n\r\n".utf8), count: 70_000))
        #expect(empty.fault == .replyTooLarge(limit: POP3ReplyBuilder.replyLimit))
    }

    @Test(
        "Commands are encoded as they are sent",
        arguments: [
            (POP3Command.capabilities, "CAPA\r\n"), (.user("ann@example.test"), "USER ann@example.test\r\n"),
            (.password("a b\"c"), "PASS a b\"c\r\n"), (.top(message: 3, lines: 0), "TOP 3 0\r\n"),
            (
                .authenticate(.plain(username: "ann", password: "x")),
                "AUTH PLAIN AGFubgB4\r\n"
            ),
        ])
    func encoding(command: POP3Command, line: String) throws {
        #expect(try String(decoding: command.encoded(), as: UTF8.self) == line)
    }

    @Test("An argument that would smuggle in a second command is refused, and not quoted")
    func smuggling() {
        #expect(throws: WireFault.unencodable(reason: "the argument of PASS holds a control character")) {
            try POP3Command.password("x\r\nDELE 1").encoded()
        }
    }
}
