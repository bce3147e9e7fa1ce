import MailWire
import Testing

@Suite("Received headers")
struct ReceivedFieldTests {
    private static func read(_ header: String) -> [ReceivedField] { ReceivedField.all(in: MessageHeader(header.utf8)) }

    @Test("are read as Postfix, Dovecot and Exim write them, the last hop first")
    func real() {
        let fields = Self.read(
            [
                "Return-Path: <probe@remote.test>", "Delivered-To: probe-1@example.test",
                "Received: from mx-1.example.test ([127.98.0.11])",
                "\tby mailstore-1.example.test with LMTP", "\tid cKnBLQzTIGdRDAAA8vXK1g", "\t(envelope-from <probe@remote.test>)",
                "\tfor <probe-1@example.test>; Sat, 28 Nov 2026 22:05:02 +0000", "Received: from probe.test (unknown [127.0.0.1])",
                "\tby mx-1.example.test (Postfix) with ESMTP id 4F2A1",
                "\tfor <probe-1@example.test>; Sat, 28 Nov 2026 23:05:01 +0100 (CET)",
                "Received: from a by router.example.test with esmtps  (TLS1.3) tls TLS_AES (Exim 4.96)", "\t(envelope-from <x@y>)",
                "\tid 1abcDE-0001Ab-CD", "\tfor b@c; Sat, 28 Nov 2026 22:05:00 +0000", "Subject: by me; id 7", "", "Received: by body; x",
            ].joined(separator: "\r\n"))
        #expect(fields.map(\.by) == ["mailstore-1.example.test", "mx-1.example.test", "router.example.test"])
        #expect(fields.map(\.id) == ["cKnBLQzTIGdRDAAA8vXK1g", "4F2A1", "1abcDE-0001Ab-CD"])
        #expect(fields.map(\.with) == ["LMTP", "ESMTP", "ESMTPS"])
        #expect(fields.map(\.seconds) == [1_795_903_502, 1_795_903_501, 1_795_903_500])
    }

    @Test(
        "tell the time in every form that headers have",
        arguments: [
            ("Thu, 1 Jan 1970 00:00:00 +0000", 0), ("1 Jan 70 00:01 GMT", 60), ("Thu, 01 Jan 1970 01:00:00 +0100 (CET)", 0),
            ("29 Feb 2024 12:00:00 -0530", 1_709_227_800), ("Wed, 31 Dec 1969 19:00:00 EST", nil), ("1 Jan 1970 00:00:00 EST", 18_000),
            ("32 Jan 2026 00:00:00 +0000", nil), ("1 Foo 2026 00:00:00 +0000", nil), ("1 Jan 2026 24:00:00 +0000", nil), ("", nil),
            ("1 Jan 1970 00:01 GMT\u{301}; x", nil), (" \u{301}x;1 Jan 1970 00:00:02 +0000", 2), ("\u{301}1 Jan 1970 00:00:00 +0000", nil),
            ("1 Jan 99999 00:00:00 +0000", nil), ("-1 Jan 2026 00:00:00 +0000", nil),
        ] as [(String, Int64?)])
    func times(_ text: String, _ expected: Int64?) {
        #expect(Self.read("Received: by a; \(text)\r\n").map(\.seconds) == [expected])
    }

    @Test("that say nothing, or are made to harm, do none")
    func hostile() {
        #expect(Self.read("Received:\r\nReceived: from a\r\nReceived: by\r\nReceived: (by a\r\n").isEmpty)
        #expect(Self.read("Received: by \u{1B}[31m; x\r\n").isEmpty)
        #expect(Self.read("Received: by \(String(repeating: "a", count: 300))\r\n").isEmpty)
        let many = String(repeating: "Received: by a; x\r\n", count: 5000)
        #expect(Self.read(many).count == ReceivedField.mostFields)
        #expect(Self.read("Received: by a\n" + String(repeating: "(", count: 100_000)).count == 1)
        #expect(Self.read(String(repeating: "x", count: 1 << 20) + "\nReceived: by a\n").isEmpty)
        #expect(Self.read("RECEIVED: BY a\n ID b\\(c\n").map(\.by) == ["a"])
    }
}
