import MailWire
import Testing

@Suite struct SieveLineParserTests {
    static let samples: [(String, [SieveLine])] = [
        (
            "\"IMPLEMENTATION\" \"Dove \\\"cot\\\\\"\r\n\"STARTTLS\"\r\nOK \"ready\"\r\n",
            [
                .data(SieveData(strings: ["IMPLEMENTATION", "Dove \"cot\\"])), .data(SieveData(strings: ["STARTTLS"])),
                .end(SieveReply(status: .ok, text: "ready")),
            ]
        ),
        ("\"vacation\" ACTIVE\r\n", [.data(SieveData(strings: ["vacation"], atoms: ["ACTIVE"]))]),
        ("{5}\r\na\r\nbc\r\nOK\n", [.data(SieveData(strings: ["a  bc"])), .end(SieveReply(status: .ok))]),
        ("{0+}\r\n\r\n", [.data(SieveData(strings: [""]))]),
        (
            "NO (QUOTA/MAXSCRIPTS) {4}\r\nfull\r\n",
            [.end(SieveReply(status: .no, code: "QUOTA/MAXSCRIPTS", text: "full"))]
        ),
        ("ok (TAG \"a)b\") \"done\"\r\n", [.end(SieveReply(status: .ok, code: "TAG \"a)b\"", text: "done"))]),
        ("BYE (TRYLATER)\r\n", [.end(SieveReply(status: .bye, code: "TRYLATER"))]),
    ]

    @Test("A line is the same however its bytes are cut", arguments: samples)
    func splitting(text: String, expected: [SieveLine]) {
        for pieces in splits(of: text) {
            let reading = Reading(SieveLineParser(), pieces)
            #expect(reading.replies == expected)
            #expect(reading.fault == nil)
        }
    }

    @Test(
        "What is no line of the protocol is a typed fault",
        arguments: [
            ("* OK imap\r\n", WireFault.malformed(expected: "a string, OK, NO or BYE", found: "\"*\"")),
            ("\r\n", .malformed(expected: "a string, OK, NO or BYE", found: "nothing")),
            ("\"open\r\n", .malformed(expected: "the end of a quoted string", found: "nothing")),
            ("OK (open\r\n", .malformed(expected: "the end of a code", found: "nothing")),
            ("OK NOW\r\n", .malformed(expected: "a code or a text", found: "\"NOW\"")),
            ("\"a\" (code)\r\n", .malformed(expected: "a string or a word", found: "\"(code)\"")),
            ("{999999999999}\r\n", .literalTooLarge(size: .max, limit: SieveLineParser.lineLimit)),
            ("{300000}\r\n", .literalTooLarge(size: 300_000, limit: SieveLineParser.lineLimit)),
            ("}\r\n", .malformed(expected: "a string, OK, NO or BYE", found: "\"}\"")),
            (")\r\n", .malformed(expected: "a word", found: "\")\"")),
            ("{5\r\n", .malformed(expected: "a literal", found: "\"{5\"")),
        ])
    func malformed(text: String, fault: WireFault) {
        for pieces in splits(of: text) { #expect(Reading(SieveLineParser(), pieces).fault == fault) }
    }

    @Test("A line without end is refused before it has filled the memory, with literals and without")
    func endless() {
        let text = Reading(SieveLineParser(), Array(repeating: Array(repeating: 0x61, count: 1000), count: 20))
        #expect(text.fault == .lineTooLong(limit: SieveLineParser.partLimit))
        let literals = Reading(SieveLineParser(), Array(repeating: Array("{8}\r\n12345678 ".utf8), count: 40_000))
        #expect(literals.fault == .lineTooLong(limit: SieveLineParser.lineLimit))
    }

    @Test(
        "Commands are encoded as they are sent",
        arguments: [
            (SieveCommand.listScripts, "LISTSCRIPTS\r\n"),
            (.setActive(name: "a\"\u{301}\\\u{301}b"), "SETACTIVE \"a\\\"\u{301}\\\\\u{301}b\"\r\n"),
            (.setActive(name: "a \"b\\"), "SETACTIVE \"a \\\"b\\\\\"\r\n"),
            (.getScript(name: "a\r\nb"), "GETSCRIPT {4+}\r\na\r\nb\r\n"),
            (.putScript(name: "p", content: Array("keep;\r\n".utf8)), "PUTSCRIPT \"p\" {7+}\r\nkeep;\r\n\r\n"),
            (
                .authenticate(.plain(username: "ann", password: "x")),
                "AUTHENTICATE \"PLAIN\" \"AGFubgB4\"\r\n"
            ),
        ])
    func encoding(command: SieveCommand, text: String) throws {
        #expect(String(decoding: try command.encoded(), as: UTF8.self) == text)
    }
}
