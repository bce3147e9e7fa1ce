import Testing

@testable import MailLogs

@Suite("The table of what waits in a queue")
struct QueueTableTests {
    private static let now: Int64 = 1_795_265_241

    @Test("counts messages by destination, reason and age, each message once")
    func counts() {
        var table = QueueTable(at: Self.now, keepsTexts: true)
        table.message(age: 60, ["a@Big.example": "connect to mx.big.example[192.0.2.1]:25: Connection timed out"])
        table.message(
            age: 4000,
            [
                "b@big.example": "connect to mx.big.example[192.0.2.1]:25: Connection timed out",
                "c@big.example": "connect to mx.big.example[192.0.2.1]:25: Connection timed out",
                "d@small.example": "host mx[192.0.2.2] said: 450 4.2.0 <d@small.example>: Greylisted (in reply to RCPT TO command)",
            ])
        table.message(age: 0, ["root": ""])
        let rows = table.destinations(most: 10)
        #expect(rows.map(\.domain) == ["big.example", "", "small.example"])
        #expect(rows[0].messages == 2)
        #expect(rows[0].oldestArrival == Self.now - 4000)
        #expect(rows[0].ages == [1, 0, 0, 0, 1, 0, 0, 0, 0, 0])
        #expect(rows[0].ageSum == 4060)
        #expect(rows[0].causes.map(\.wait.label) == ["connect_timeout"])
        #expect(rows[0].causes[0].messages == 2)
        #expect(rows[0].causes[0].lastText == "connect to mx.big.example[192.0.2.1]:25: Connection timed out")
        #expect(rows[1].causes.map(\.wait.label) == ["untried"])
        #expect(rows[2].causes.map(\.wait.label) == ["greylisting"])
        // Nobody is named.
        #expect(rows[2].causes[0].lastText.contains("<@>"))
    }

    @Test("prints nothing that controls a terminal, and keeps names apart that are not UTF-8")
    func hostileNames() {
        var table = QueueTable(at: Self.now, keepsTexts: true)
        table.message(age: 0, ["a@b\u{1B}[2Jc": "said: 450 no\u{7}way"])
        for byte in [0xFE, 0xFF] as [UInt8] {
            table.begin(arrival: Self.now)
            Array("a@x".utf8 + [byte]).withUnsafeBytes { address in
                table.add(recipient: address, text: UnsafeRawBufferPointer(start: nil, count: 0))
            }
        }
        let rows = table.destinations(most: 10)
        #expect(Set(rows.map(\.domain)) == ["b%1B[2jc", "x%FE", "x%FF"])
        #expect(rows.flatMap(\.causes).map(\.lastText).filter { !$0.isEmpty } == ["said: 450 no way"])
    }

    @Test(
        "reads the reason out of what a queue says",
        arguments: [
            ("host mx[192.0.2.2] said: 421 4.7.28 Our system has detected an unusual rate of mail", "rate_limit"),
            ("host mx[192.0.2.2] refused to talk to me: 554 5.7.1 blocked using zen.example", "reputation"),
            ("host mx[192.0.2.2] said: 452-4.2.2 The recipient's inbox is out of storage space", "mailbox_full"),
            ("host mx[192.0.2.2] said: 450 4.1.1 <x@y>: Recipient address rejected", "unknown_recipient"),
            ("Host or domain name not found. Name service error for name=x type=MX: Host not found, try again", "dns"),
            ("delivery temporarily suspended: connect to mx[192.0.2.2]:25: Connection refused", "connect_refused"),
            // A host may be called anything.
            ("host mx.spam.example[192.0.2.2] said: 450 try again (in reply to RCPT TO command)", "other"),
            ("host tls.quota.example[2001:db8::2]:25 refused to talk to me: 421 too many connections", "rate_limit"),
            ("connect to unreachable.example[192.0.2.2]:25: Connection refused", "connect_refused"),
            ("connect to unreachable.example[192.0.2.2]:25: Bad file descriptor", "lost_connection"),
            ("lost connection with mx[192.0.2.2] while receiving the initial server greeting", "lost_connection"),
            ("Cannot start TLS: handshake failure", "tls"), ("mail transport unavailable", "local_problem"), ("?", "other"),
            (" said: ", "other"), ("host said: 4", "other"),
        ])
    func reasons(text: String, reason: String) {
        var table = QueueTable(at: Self.now)
        for _ in 0..<2 { table.message(age: 0, ["a@a.example": text]) }
        #expect(table.destinations(most: 1)[0].causes.map(\.wait.label) == [reason])
        #expect(table.destinations(most: 1)[0].messages == 2)
    }

    @Test("takes what two hosts say for the same, and what they say differently not")
    func hosts() {
        var table = QueueTable(at: Self.now)
        for host in ["mx.a.example[192.0.2.1]", "mx.b.example[192.0.2.2]"] {
            table.message(
                age: 0,
                [
                    "a@a.example": "host \(host) said: 450 4.2.0 <a@a.example>: Greylisted",
                    "b@b.example": "delivery temporarily suspended: host \(host) said: 452 4.2.2 <b@b.example>: quota",
                    "c@c.example": "connect to \(host): Connection timed out", "d@d.example": "conversation with \(host) timed out",
                ])
        }
        let reasons = Dictionary(uniqueKeysWithValues: table.destinations(most: 9).map { ($0.domain, $0.causes.map(\.wait.label)) })
        #expect(
            reasons == [
                "a.example": ["greylisting"], "b.example": ["mailbox_full"], "c.example": ["connect_timeout"],
                "d.example": ["lost_connection"],
            ])
    }

    @Test("keeps sums exact and great destinations named when there are more domains than it has room for")
    func bounded() {
        var table = QueueTable(at: Self.now, limit: 100)
        var count = 0
        for round in 0..<20 {
            for domain in 0..<500 {
                table.message(age: 10, ["a@d\((domain * 7 + round) % 5000).example": ""])
                count += 1
            }
            for _ in 0..<200 { table.message(age: Int64(round), ["a@great.example": "connect to a: Connection refused"]) }
            count += 200
        }
        let rows = table.destinations(most: 20)
        #expect(rows.count == 21)
        #expect(rows[0].domain == "great.example")
        #expect(rows[0].messages == 4000)
        #expect(rows.last?.domain == "other")
        #expect(rows.reduce(0) { $0 + $1.messages } == count)
        #expect(rows.reduce(0) { $0 + $1.ages.reduce(0, +) } == count)
    }

    @Test("takes a domain that is called other for what it is")
    func namedOther() {
        var table = QueueTable(at: Self.now)
        table.message(age: 0, ["a@other": "", "b@b.example": ""])

        #expect(table.destinations(most: 9).map(\.domain).sorted() == ["b.example", "other."])
    }

    @Test("takes any bytes", arguments: ["", "@", "a@", "\"a@b\"@c", String(repeating: "x", count: 70_000) + "@y"])
    func anyBytes(address: String) {
        var table = QueueTable(at: Self.now)
        table.message(age: -5, [address: String(repeating: "\u{0}<@", count: 30_000)])
        #expect(table.destinations(most: 1)[0].messages == 1)
        #expect(table.destinations(most: 1)[0].ageSum == 0)
    }
}

extension QueueTable {
    fileprivate mutating func message(age: Int64, _ recipients: KeyValuePairs<String, String>) {
        begin(arrival: 1_795_265_241 - age)
        for (address, text) in recipients {
            Array(address.utf8).withUnsafeBytes { address in
                Array(text.utf8).withUnsafeBytes { text in add(recipient: address, text: text) }
            }
        }
    }
}
