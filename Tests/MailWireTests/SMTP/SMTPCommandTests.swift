import MailWire
import Testing

@Suite struct SMTPCommandTests {
    @Test(
        "A command is one line",
        arguments: [
            (SMTPCommand.ehlo("probe.example"), "EHLO probe.example\r\n"), (.mail(from: ""), "MAIL FROM:<>\r\n"),
            (.recipient("a@b.test"), "RCPT TO:<a@b.test>\r\n"),
            (.authenticate(mechanism: "PLAIN", initialResponse: "AA=="), "AUTH PLAIN AA==\r\n"),
            (.authenticate(mechanism: "LOGIN", initialResponse: nil), "AUTH LOGIN\r\n"), (.response("*"), "*\r\n"), (.data, "DATA\r\n"),
            (.quit, "QUIT\r\n"), (.startTLS, "STARTTLS\r\n"),
        ])
    func encoding(command: SMTPCommand, line: String) throws {
        #expect(String(decoding: try command.encoded(), as: UTF8.self) == line)
    }

    @Test("An argument cannot bring a second command or parameter", arguments: ["a@b.test>\r\nDATA", "a b", "a>b", "a\u{0}"])
    func injection(argument: String) {
        #expect(throws: WireFault.self) { try SMTPCommand.recipient(argument).encoded() }
        #expect(throws: WireFault.self) { try SMTPCommand.ehlo(argument).encoded() }
        #expect(throws: WireFault.self) { try SMTPCommand.response(argument).encoded() }
    }

    @Test(
        "A message is dot-stuffed, has CRLF line ends and ends with a dot",
        arguments: [
            ("", ".\r\n"), ("a\r\n.b\r\n", "a\r\n..b\r\n.\r\n"), (".", "..\r\n.\r\n"), ("a\nb", "a\r\nb\r\n.\r\n"),
            ("a\r.\r\nb", "a\r\n..\r\nb\r\n.\r\n"), ("\r\n.\r\n", "\r\n..\r\n.\r\n"),
        ])
    func dotStuffing(message: String, expected: String) {
        #expect(String(decoding: DotStuffing.encode(message.utf8), as: UTF8.self) == expected)
    }
}
