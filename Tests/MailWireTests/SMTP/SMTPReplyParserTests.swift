import MailWire
import Testing

@Suite struct SMTPReplyParserTests {
    static let samples: [(String, [SMTPReply])] = [
        ("220 mx-1.example.test ESMTP\r\n", [SMTPReply(code: 220, lines: ["mx-1.example.test ESMTP"])]),
        ("250-mx-1\r\n250-SIZE 1000\r\n250 STARTTLS\r\n", [SMTPReply(code: 250, lines: ["mx-1", "SIZE 1000", "STARTTLS"])]),
        ("250\r\n", [SMTPReply(code: 250, lines: [""])]),
        ("354 go on\n221 2.0.0 bye\r\n", [SMTPReply(code: 354, lines: ["go on"]), SMTPReply(code: 221, lines: ["2.0.0 bye"])]),
        ("550 5.1.1 <a@b.test>: unknown \u{1B}[31müser\r\n", [SMTPReply(code: 550, lines: ["5.1.1 <a@b.test>: unknown  [31müser"])]),
    ]

    @Test("A reply is the same however its bytes are cut", arguments: samples)
    func splitting(text: String, expected: [SMTPReply]) {
        for pieces in splits(of: text) {
            let reading = Reading(SMTPReplyParser(), pieces)
            #expect(reading.replies == expected)
            #expect(reading.fault == nil)
        }
    }

    @Test(
        "What is no reply is a typed fault",
        arguments: [
            ("hello\r\n", WireFault.malformed(expected: "a reply code of three digits", found: "\"hello\"")),
            ("\r\n", .malformed(expected: "a reply code of three digits", found: "nothing")),
            ("25 ok\r\n", .malformed(expected: "a reply code of three digits", found: "\"25 ok\"")),
            ("250x\r\n", .malformed(expected: "a reply code of three digits", found: "\"250x\"")),
            ("199 ok\r\n", .malformed(expected: "a reply code from 200 to 599", found: "\"199 ok\"")),
            ("999 ok\r\n", .malformed(expected: "a reply code from 200 to 599", found: "\"999 ok\"")),
            ("250-a\r\n550 b\r\n", .malformed(expected: "another line of reply 250", found: "\"550 b\"")),
        ])
    func malformed(text: String, fault: WireFault) {
        for pieces in splits(of: text) { #expect(Reading(SMTPReplyParser(), pieces).fault == fault) }
    }

    @Test("A line without end is refused before it has filled the memory")
    func endlessLine() {
        let reading = Reading(SMTPReplyParser(), [Array("220 ".utf8)] + Array(repeating: Array(repeating: 0x61, count: 100), count: 30))
        #expect(reading.fault == .lineTooLong(limit: SMTPReplyParser.lineLimit))
    }

    @Test("A reply without end is refused")
    func endlessReply() {
        let lines = String(repeating: "250-more\r\n", count: SMTPReplyParser.lineCountLimit + 1)
        #expect(Reading(SMTPReplyParser(), [Array(lines.utf8)]).fault == .replyTooLarge(limit: SMTPReplyParser.lineCountLimit))
    }

    @Test("After a fault the same fault comes for ever")
    func lastingFault() {
        var parser = SMTPReplyParser()
        parser.append(Array("nonsense\r\n250 ok\r\n".utf8))
        for _ in 0..<2 {
            #expect(throws: WireFault.malformed(expected: "a reply code of three digits", found: "\"nonsense\"")) { try parser.next() }
        }
    }

    @Test("An enhanced status code counts only when it fits the reply")
    func enhancedStatus() {
        #expect(SMTPReply(code: 550, lines: ["5.1.1 no"]).enhancedStatus == EnhancedStatusCode(category: 5, subject: 1, detail: 1))
        #expect(SMTPReply(code: 250, lines: ["5.1.1 no"]).enhancedStatus == nil)
        #expect(SMTPReply(code: 250, lines: ["2.0"]).enhancedStatus == nil)
        #expect(SMTPReply(code: 250, lines: ["2.0.1000"]).enhancedStatus == nil)
    }

    @Test("Capabilities are read without regard to case, and the greeting line offers nothing")
    func capabilities() {
        let capabilities = SMTPCapabilities(SMTPReply(code: 250, lines: ["STARTTLS.example.test", "starttls", "SIZE 1000"]))
        #expect(capabilities.offers("STARTTLS"))
        #expect(capabilities.parameters(of: "SIZE") == ["1000"])
        #expect(!capabilities.offers("STARTTLS.EXAMPLE.TEST"))
    }
}
