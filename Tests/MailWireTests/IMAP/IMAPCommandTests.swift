import MailWire
import Testing

@Suite struct IMAPCommandTests {
    private func pieces(_ command: IMAPCommand) throws -> [String] {
        try command.encoded(tag: "p1").map { String(decoding: $0, as: UTF8.self) }
    }

    private let uids = [9, 3, 5, 4].compactMap { UID($0) }

    @Test("Plain arguments are quoted")
    func quoting() throws {
        #expect(try pieces(.login(username: "a b", password: "p\\\"w")) == ["p1 LOGIN \"a b\" \"p\\\\\\\"w\"\r\n"])
        #expect(try pieces(.select(mailbox: "Tür & Tor")) == ["p1 SELECT \"T&APw-r &- Tor\"\r\n"])
        #expect(try pieces(.list(reference: "", pattern: "INBOX")) == ["p1 LIST \"\" \"INBOX\"\r\n"])
        #expect(try pieces(.noop) == ["p1 NOOP\r\n"])
    }

    @Test("What cannot be quoted travels as a literal, for which the server is waited for")
    func literals() throws {
        #expect(try pieces(.login(username: "ä", password: "x\r\ny")) == ["p1 LOGIN {2}\r\n", "ä {4}\r\n", "x\r\ny\r\n"])
    }

    @Test("Messages are named by ranges, sorted")
    func sets() throws {
        #expect(
            try pieces(.uidFetch(uids, [.uid, .headerFields(["X-A"])])) == ["p1 UID FETCH 3:5,9 (UID BODY.PEEK[HEADER.FIELDS (X-A)])\r\n"])
        #expect(try pieces(.uidAddFlags(uids, ["\\Deleted"])) == ["p1 UID STORE 3:5,9 +FLAGS.SILENT (\\Deleted)\r\n"])
        #expect(try pieces(.uidFetchNewest([.flags, .header])) == ["p1 UID FETCH * (FLAGS BODY.PEEK[HEADER])\r\n"])
        #expect(try pieces(.uidExpunge([uids[0]])) == ["p1 UID EXPUNGE 9\r\n"])
    }

    @Test("A literal goes along at once where the server takes that, as far as it takes it")
    func literalForms() throws {
        func pieces(_ size: Int, _ capabilities: Set<String>) throws -> [String] {
            let message = [UInt8](repeating: UInt8(ascii: "m"), count: size)
            return try IMAPCommand.append(mailbox: "Sent", flags: ["\\Seen"], message: message)
                .encoded(tag: "p1", literals: IMAPLiteralForm(capabilities)).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(try pieces(3, []) == ["p1 APPEND \"Sent\" (\\Seen) {3}\r\n", "mmm\r\n"])
        #expect(try pieces(3, ["LITERAL+"]) == ["p1 APPEND \"Sent\" (\\Seen) {3+}\r\nmmm\r\n"])
        #expect(try pieces(4096, ["LITERAL-"]).count == 1)
        #expect(try pieces(4097, ["LITERAL-"]).count == 2)
        #expect(try pieces(4097, ["LITERAL+", "LITERAL-"]).count == 1)
        #expect(IMAPLiteralForm(["IMAP4REV2"]) == .shortAtOnce)
    }

    @Test("Credentials go along with AUTHENTICATE, or wait until they are asked for")
    func authentication() throws {
        let plain = SASLCredentials.plain(username: "tim", password: "tanstaaftanstaaf")
        #expect(
            try pieces(.authenticate(plain, inOneLine: true)) == ["p1 AUTHENTICATE PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n"])
        #expect(
            try pieces(.authenticate(plain, inOneLine: false)) == ["p1 AUTHENTICATE PLAIN\r\n", "AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n"])
        let token = SASLCredentials.xoauth2(username: "a@b.test", token: "t0ken")
        #expect(
            try pieces(.authenticate(token, inOneLine: true))
                == ["p1 AUTHENTICATE XOAUTH2 dXNlcj1hQGIudGVzdAFhdXRoPUJlYXJlciB0MGtlbgEB\r\n"])
        #expect("\(plain) \(token)" == "PLAIN XOAUTH2")
        #expect(SASLCredentials.text(ofChallenge: "eyJzdGF0dXMiOiI0MDAifQ==") == "{\"status\":\"400\"}")
        #expect(SASLCredentials.text(ofChallenge: "no, really") == "no, really")
    }

    @Test("Mailboxes are asked for their state and their roles, and IDLE is a word alone")
    func mailboxes() throws {
        #expect(try pieces(.status(mailbox: "Tür", [.messages, .uidNext])) == ["p1 STATUS \"T&APw-r\" (MESSAGES UIDNEXT)\r\n"])
        #expect(try pieces(.listSpecialUse) == ["p1 LIST (SPECIAL-USE) \"\" \"*\"\r\n"])
        #expect(try pieces(.idle) == ["p1 IDLE\r\n"])
        #expect(try pieces(.uidFetch([uids[0]], [.uid, .text(limit: 9)])) == ["p1 UID FETCH 9 (UID BODY.PEEK[TEXT]<0.9>)\r\n"])
    }

    @Test("A search names its keys")
    func search() throws {
        #expect(
            try pieces(.uidSearch([.undeleted, .header("X-A", "b;c"), .body("d e"), .since("1-Jan-2026")]))
                == ["p1 UID SEARCH UNDELETED HEADER X-A \"b;c\" BODY \"d e\" SINCE 1-Jan-2026\r\n"])
        #expect(
            try pieces(.uidSearch([.or(.or(.header("A", "x"), .unseen), .all)])) == ["p1 UID SEARCH OR OR HEADER A \"x\" UNSEEN ALL\r\n"])
    }

    @Test("What would mean something else is refused")
    func refusal() {
        for command in [
            IMAPCommand.login(username: "a\u{0}", password: "b"), .uidExpunge([]), .uidSearch([]), .uidSearch([.header("X A", "b")]),
            .uidFetchNewest([]), .uidFetch(uids, []), .uidAddFlags(uids, ["a)"]), .status(mailbox: "a", []),
            .append(mailbox: "a", flags: [], message: [0]), .append(mailbox: "a", flags: ["a b"], message: []),
            .authenticate(.plain(username: "a", password: "b\u{0}"), inOneLine: true),
            .authenticate(.xoauth2(username: "a", token: "b\u{1}"), inOneLine: true),
        ] {
            #expect(throws: WireFault.self) { try command.encoded(tag: "p1") }
        }
    }

    @Test("A command prints without its arguments")
    func description() {
        #expect("\(IMAPCommand.login(username: "a", password: "secret"))" == "LOGIN")
    }

    @Test("Mailbox names survive modified UTF-7", arguments: ["INBOX", "Entwürfe", "a&b", "日本語/台北", "😀 x", "", "&"])
    func mailboxNames(name: String) {
        #expect(ModifiedUTF7.decode(ModifiedUTF7.encode(name)) == name)
    }

    @Test("The RFC's own example is written as the RFC writes it")
    func knownName() {
        #expect(ModifiedUTF7.encode("~peter/mail/台北/日本語") == "~peter/mail/&U,BTFw-/&ZeVnLIqe-")
        #expect(ModifiedUTF7.decode("broken &AP") == "broken &AP")
    }
}
