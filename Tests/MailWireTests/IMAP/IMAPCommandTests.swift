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

    @Test("A search names its keys")
    func search() throws {
        #expect(
            try pieces(.uidSearch([.undeleted, .header("X-A", "b;c"), .body("d e"), .since("1-Jan-2026")]))
                == ["p1 UID SEARCH UNDELETED HEADER X-A \"b;c\" BODY \"d e\" SINCE 1-Jan-2026\r\n"])
    }

    @Test("What would mean something else is refused")
    func refusal() {
        for command in [
            IMAPCommand.login(username: "a\u{0}", password: "b"), .uidExpunge([]), .uidSearch([]), .uidSearch([.header("X A", "b")]),
            .uidFetchNewest([]), .uidFetch(uids, []), .uidAddFlags(uids, ["a)"]),
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
