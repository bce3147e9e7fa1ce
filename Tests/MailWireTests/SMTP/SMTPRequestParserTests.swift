import MailWire
import Testing

@Suite struct SMTPRequestParserTests {
    /// Feeds pieces; behind DATA a message follows.
    private func inputs(_ pieces: [[UInt8]], limit: Int = 100) throws -> [SMTPRequestParser.Input] {
        var parser = SMTPRequestParser(messageLimit: limit)
        var inputs: [SMTPRequestParser.Input] = []
        for piece in pieces {
            parser.append(piece)
            while let input = try parser.next() {
                inputs.append(input)
                if input == .request(.data) { parser.expectMessage() }
            }
        }
        return inputs
    }

    @Test(
        "A line is read as a client means it",
        arguments: [
            ("EHLO a.test", SMTPRequest.hello(name: "a.test", isExtended: true)), ("helo a", .hello(name: "a", isExtended: false)),
            ("EHLO", .invalid("EHLO")), ("MAIL FROM:<>", .mail(from: "", size: nil)),
            ("mail from:<a@b.test> BODY=8BITMIME SIZE=12", .mail(from: "a@b.test", size: 12)),
            ("MAIL FROM:<a@b.test> SIZE=99999999999999999999", .mail(from: "a@b.test", size: nil)), ("MAIL FROM:a@b", .invalid("MAIL")),
            ("MAIL", .invalid("MAIL")), ("RCPT TO:<c@d.test>", .recipient("c@d.test")), ("RCPT TO: <c@d.test> X=Y", .recipient("c@d.test")),
            ("RCPT TO:<@x.test,@y.test:c@d.test>", .recipient("c@d.test")), ("RCPT TO:<>", .invalid("RCPT")),
            ("RCPT TO:<c@d.test", .invalid("RCPT")), ("RCPT TO:<c@d.test>\u{301}>", .recipient("c@d.test")), ("DATA", .data),
            ("data ", .data), ("RSET", .reset), ("NOOP x", .noop),
            ("QUIT", .quit), ("STARTTLS", .startTLS), ("VRFY a", .unknown), ("", .unknown), ("\u{0}\u{1}", .unknown),
        ])
    func requests(line: String, request: SMTPRequest) throws {
        for pieces in splits(of: line + "\r\n") { #expect(try inputs(pieces) == [.request(request)]) }
    }

    @Test("A message is the same however its bytes are cut: dots are taken off, and only CRLF . CRLF ends it")
    func messages() throws {
        let text = "DATA\r\nSubject: x\r\n\r\n..a\r\n.b\r\nlone\n.\nstill\r\n.\r\nQUIT\r\n"
        let message = "Subject: x\r\n\r\n.a\r\nb\r\nlone\r\n\r\nstill\r\n"
        for pieces in splits(of: text) {
            #expect(try inputs(pieces) == [.request(.data), .message(Array(message.utf8)), .request(.quit)])
        }
    }

    @Test("What DATA adds is taken off again", arguments: ["a\r\n.b\r\n", ".\r\n", "\r\n", "..\r\n..\r\n"])
    func roundTrip(message: String) throws {
        let bytes = Array("DATA\r\n".utf8) + DotStuffing.encode(message.utf8)
        #expect(try inputs([bytes]) == [.request(.data), .message(Array(message.utf8))])
    }

    @Test("A message that is too large is swallowed to its end, and the next command is understood")
    func tooLarge() throws {
        let text = "DATA\r\n" + String(repeating: "0123456789\r\n", count: 1000) + ".\r\nNOOP\r\n"
        #expect(try inputs(Array(text.utf8).map { [$0] }) == [.request(.data), .message(nil), .request(.noop)])
    }

    @Test("A line without end is refused, as a command and in a message")
    func endless() {
        #expect(throws: WireFault.lineTooLong(limit: SMTPRequestParser.lineLimit)) {
            try inputs([Array(repeating: UInt8(ascii: "a"), count: 2049)])
        }
        #expect(throws: WireFault.lineTooLong(limit: 100)) {
            try inputs([Array("DATA\r\n".utf8), Array(repeating: UInt8(ascii: "a"), count: 101)])
        }
    }
}
