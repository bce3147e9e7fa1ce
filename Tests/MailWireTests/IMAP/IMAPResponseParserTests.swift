import MailWire
import TestSupport
import Testing

@Suite struct IMAPResponseParserTests {
    static func uids(_ numbers: UInt32...) -> [UID] { numbers.compactMap(UID.init) }

    static func ranges(_ ends: (UInt32, UInt32)...) -> [ClosedRange<UID>] {
        ends.compactMap { first, last in UID(first).flatMap { first in UID(last).map { first...$0 } } }
    }

    static func fetch(_ sequenceNumber: Int, _ change: (inout IMAPFetch) -> Void) -> IMAPResponse {
        var fetch = IMAPFetch(sequenceNumber: sequenceNumber)
        change(&fetch)
        return .fetch(fetch)
    }

    static let samples: [(String, [IMAPResponse])] = [
        (
            "* OK [CAPABILITY IMAP4rev1 starttls] ready {5}\r\n",
            [.status(IMAPStatus(.ok, code: .capability(["IMAP4REV1", "STARTTLS"]), text: "ready {5}"))]
        ),
        (
            "* BYE too many\r\n* PREAUTH hi\r\n",
            [.status(IMAPStatus(.bye, text: "too many")), .status(IMAPStatus(.preauthenticated, text: "hi"))]
        ),
        ("p1 OK done\r\n", [.tagged("p1", IMAPStatus(.ok, text: "done"))]),
        (
            "p2 NO [AUTHENTICATIONFAILED] no\n",
            [.tagged("p2", IMAPStatus(.no, code: .other(name: "AUTHENTICATIONFAILED", argument: ""), text: "no"))]
        ),
        ("p3 BAD\r\n", [.tagged("p3", IMAPStatus(.bad, text: ""))]),
        ("+ idling\r\n+\r\n", [.continuation("idling"), .continuation("")]),
        ("* CAPABILITY IMAP4rev1 UIDPLUS LITERAL+\r\n", [.capability(["IMAP4REV1", "UIDPLUS", "LITERAL+"])]),
        ("* 23 EXISTS\r\n* 1 RECENT\r\n* 4 EXPUNGE\r\n", [.exists(23), .recent(1), .expunge(4)]),
        ("* SEARCH\r\n* SEARCH 2 84 882\r\n", [.search([]), .search(uids(2, 84, 882))]),
        ("* SEARCH 2 5 (MODSEQ 917162500)\r\n", [.search(uids(2, 5))]),
        ("* FLAGS (\\Seen \\Deleted $Label[1])\r\n", [.flags(["\\Seen", "\\Deleted", "$Label[1]"])]),
        (
            "* LIST (\\HasNoChildren) \"/\" INBOX\r\n* LIST () NIL \"a \\\"b\\\"\"\r\n* LIST () \".\" {7}\r\nT&APw-r\r\n",
            [
                .list(IMAPListing(attributes: ["\\HasNoChildren"], delimiter: "/", name: "INBOX")),
                .list(IMAPListing(attributes: [], delimiter: nil, name: "a \"b\"")),
                .list(IMAPListing(attributes: [], delimiter: ".", name: "Tür")),
            ]
        ),
        (
            "* OK [UIDVALIDITY 3857529045] v\r\n* OK [UIDNEXT 4392] n\r\n* OK [PERMANENTFLAGS (\\Deleted \\*)] p\r\np4 OK [READ-WRITE] s\r\n",
            [
                .status(IMAPStatus(.ok, code: .uidValidity(3_857_529_045), text: "v")),
                .status(IMAPStatus(.ok, code: UID(4392).map { .uidNext($0) }, text: "n")),
                .status(IMAPStatus(.ok, code: .permanentFlags(["\\Deleted", "\\*"]), text: "p")),
                .tagged("p4", IMAPStatus(.ok, code: .readWrite, text: "s")),
            ]
        ),
        (
            "* 12 FETCH (UID 77 FLAGS (\\Seen) RFC822.SIZE 44827 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\")\r\n",
            [
                fetch(12) {
                    $0.uid = UID(77)
                    $0.flags = ["\\Seen"]
                    $0.size = 44_827
                    $0.internalDate = "17-Jul-1996 02:44:25 -0700"
                }
            ]
        ),
        (
            "* 1 FETCH (BODY[HEADER.FIELDS (X-A)] {9}\r\nX-A: }\r\n\n UID 5)\r\np5 OK x\r\n",
            [
                fetch(1) {
                    $0.uid = UID(5)
                    $0.sections = ["HEADER.FIELDS (X-A)": Array("X-A: }\r\n\n".utf8)]
                },
                .tagged("p5", IMAPStatus(.ok, text: "x")),
            ]
        ),
        (
            "* 2 FETCH (BODY[]<0> \"a\\\\b\" BODY[TEXT] NIL ENVELOPE (\"d\" NIL ((\"n\" NIL {2}\r\n{3 \"h\")) NIL) UID 6)\r\n",
            [
                fetch(2) {
                    $0.uid = UID(6)
                    $0.sections = ["": Array("a\\b".utf8)]
                }
            ]
        ),
        ("* 3 FETCH (BODY[] {0}\r\n)\r\n", [fetch(3) { $0.sections = ["": []] }]),
        ("* 3 FETCH (BODY[] ~{3+}\r\n\u{0}\r\n)\r\n", [fetch(3) { $0.sections = ["": [0, 13, 10]] }]),
        (
            "* ID (\"name\" \"Dovecot\")\r\n* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n* 5 VANISHED\r\n",
            [.other("ID"), .other("NAMESPACE"), .other("VANISHED")]
        ),
        (
            "* STATUS \"T&APw-r\" (MESSAGES 231 uidnext 44292 HIGHESTMODSEQ 18446744073709551615 X (a b))\r\n* STATUS a () \r\n"
                + "* STATUS {1}\r\nb (UNSEEN 0)\r\n",
            [
                .mailboxStatus(IMAPMailboxStatus(mailbox: "Tür", values: [.messages: 231, .uidNext: 44_292])),
                .mailboxStatus(IMAPMailboxStatus(mailbox: "a", values: [:])),
                .mailboxStatus(IMAPMailboxStatus(mailbox: "b", values: [.unseen: 0])),
            ]
        ),
        (
            "* VANISHED (EARLIER) 41,43:116,9:7\r\n* VANISHED 1:4294967295\r\n",
            [
                .vanished(IMAPVanished(isEarlier: true, uids: ranges((41, 41), (43, 116), (7, 9)))),
                .vanished(IMAPVanished(isEarlier: false, uids: ranges((1, .max)))),
            ]
        ),
        (
            "p6 OK [APPENDUID 38505 3955] done\r\np7 OK [APPENDUID 38505 3955:3957] done\r\np8 OK [APPENDUID 1 0] done\r\n",
            [
                .tagged("p6", IMAPStatus(.ok, code: UID(3955).map { .appendUID(validity: 38_505, $0) }, text: "done")),
                .tagged("p7", IMAPStatus(.ok, code: .other(name: "APPENDUID", argument: "38505 3955:3957"), text: "done")),
                .tagged("p8", IMAPStatus(.ok, code: .other(name: "APPENDUID", argument: "1 0"), text: "done")),
            ]
        ),
        (
            "* 4 FETCH (FLAGS (\\Seen \\Flagged))\r\n* LIST (\\HasNoChildren \\Sent) \"/\" \"Sent Items\"\r\n",
            [
                fetch(4) { $0.flags = ["\\Seen", "\\Flagged"] },
                .list(IMAPListing(attributes: ["\\HasNoChildren", "\\Sent"], delimiter: "/", name: "Sent Items")),
            ]
        ),
    ]

    @Test("A response is the same however its bytes are cut", arguments: samples)
    func splitting(text: String, expected: [IMAPResponse]) {
        for pieces in splits(of: text) {
            let reading = Reading(IMAPResponseParser(), pieces)
            #expect(reading.fault == nil)
            #expect(reading.replies == expected)
        }
    }

    @Test(
        "What is no response is a typed fault, never a crash",
        arguments: [
            "\r\n", "*\r\n", "* \r\n", "* (\r\n", "* 1\r\n", "* 99999999999 EXISTS\r\n", "* 1 FETCH\r\n", "* 1 FETCH (\r\n",
            "* 1 FETCH (UID)\r\n",
            "* 1 FETCH (UID 0)\r\n", "* 1 FETCH (UID 1\r\n", "* 1 FETCH (BODY[ {1}\r\na)\r\n", "* 1 FETCH (FLAGS \\Seen)\r\n",
            "* SEARCH a\r\n", "* SEARCH 0\r\n", "* LIST INBOX\r\n", "* LIST () \"/\r\n", "* FLAGS ()x\r\n", "p1\r\n", "p1 YES\r\n",
            "p1 BYE\r\n",
            "* OK [UIDNEXT x] a\r\n", "* OK [\r\n", "* OK [A b\r\n", "* ID \"a\\\r\n", "* 1 FETCH (BODY[] \"{2}\r\nab\")\r\n",
            "* ID {9+\r\n", "* VANISHED\r\n", "* VANISHED 0\r\n", "* VANISHED 1:\r\n", "* VANISHED (LATER) 1\r\n", "* VANISHED 1,\r\n",
            "* STATUS\r\n", "* STATUS a\r\n", "* STATUS a (MESSAGES)\r\n", "* STATUS a (MESSAGES x)\r\n",
            "* STATUS a (MESSAGES 99999999999)\r\n",
            "* STATUS a (MESSAGES 1\r\n",
        ])
    func malformed(text: String) {
        for pieces in splits(of: text) { #expect(Reading(IMAPResponseParser(), pieces).fault != nil) }
    }

    @Test("Lines, literals, responses and nesting have limits")
    func limits() {
        var limits = IMAPResponseParser.Limits()
        limits.line = 64
        limits.literal = 32
        limits.response = 100
        limits.nesting = 3
        func fault(_ text: String) -> WireFault? { Reading(IMAPResponseParser(limits: limits), [Array(text.utf8)]).fault }
        #expect(fault("* OK " + String(repeating: "a", count: 100)) == .lineTooLong(limit: 64))
        #expect(fault("* 1 FETCH (BODY[] {33}\r\n") == .literalTooLarge(size: 33, limit: 32))
        #expect(fault("* 1 FETCH (BODY[] {99999999999999999999}\r\n") == .literalTooLarge(size: .max, limit: 32))
        let literal = " {30}\r\n" + String(repeating: "x", count: 30)
        #expect(fault("* ID (" + literal + literal + literal + ")\r\n") == .replyTooLarge(limit: 100))
        #expect(fault("* ID ((((((1))))))\r\n") == .nestedTooDeeply(limit: 3))
        #expect(fault("* ID (((1)))\r\n") == nil)
    }

    @Test("Random bytes, and samples with random damage, end in replies or typed faults", arguments: [1, 2, 3, 4] as [UInt64])
    func damage(seed: UInt64) {
        var numbers = SeededGenerator(seed: seed)
        let alphabet = Array("* \r\n()[]{}\"\\+~0123456789OKNOFETCHUIDBODYp1&-\u{0}ü".utf8)
        for _ in 0..<3000 {
            var bytes = Array((Self.samples.randomElement(using: &numbers)?.0 ?? "").utf8)
            for _ in 0..<Int.random(in: 1...6, using: &numbers) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &numbers)
                switch Int.random(in: 0..<3, using: &numbers) {
                case 0: bytes.remove(at: index)
                case 1: bytes[index] = alphabet.randomElement(using: &numbers) ?? 0
                default: bytes.insert(UInt8.random(in: .min ... .max, using: &numbers), at: index)
                }
            }
            let whole = Reading(IMAPResponseParser(), [bytes])
            #expect(Reading(IMAPResponseParser(), bytes.map { [$0] }) == whole)
            _ = Reading(SMTPReplyParser(), [bytes])
            let noise = (0..<Int.random(in: 0...80, using: &numbers)).map { _ in alphabet.randomElement(using: &numbers) ?? 0 }
            #expect(Reading(IMAPResponseParser(), noise.map { [$0] }) == Reading(IMAPResponseParser(), [noise]))
        }
    }

    @Test("A long burst of small responses costs no more than it must")
    func burst() {
        let text = String(repeating: "* 1 EXISTS\r\n", count: 20_000)
        #expect(Reading(IMAPResponseParser(), [Array(text.utf8)]).replies.count == 20_000)
    }
}
