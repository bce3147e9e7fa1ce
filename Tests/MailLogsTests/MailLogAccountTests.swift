import MailLogs
import Testing

@Suite("The account of a log")
struct MailLogAccountTests {
    static let log = GeneratedLog(.init().divided(by: 200))

    private static func account() -> MailLogAccount {
        MailLogAccount(calendar: LogCalendar(reference: GeneratedLog.reference))
    }

    @Test("counts a log of known shape exactly")
    func exact() {
        var account = Self.account()
        account.take(array: Self.log.bytes)
        let shape = GeneratedLog.Shape().divided(by: 200)
        #expect(account.lineCount == shape.lines)
        #expect(account.understoodLineCount == shape.lines)
        #expect(account.value("postfix_smtpd_connects_total") == Double(shape.connects))
        #expect(account.value("postfix_smtpd_disconnects_total") == Double(shape.connects))
        account.expect(
            "postfix_smtp_messages_processed_total",
            [
                "sent": Double(shape.sent), "deferred": Double(shape.deferred), "bounced": Double(shape.bounced),
            ])
        account.expect("postfix_rejects_total", ["smtpd blocklist": Double(shape.rejected)])
        account.expect("postfix_deferrals_total", ["smtp greylisting": Double(shape.deferred)])
        #expect(account.value("postfix_qmgr_messages_removed_total") == Double(Self.log.messages))
        #expect(account.balance.accepted == Self.log.messages)
        #expect(account.balance.outcomes[.delivered] == Self.log.delivered)
        #expect(account.balance.outcomes[.bounced] == Self.log.bouncedMessages)
        #expect(account.balance.discrepancy == 0)
        #expect(account.destinations.reduce(0) { $0 + $1.delivered } == shape.sent)
        #expect(account.destinations.reduce(0) { $0 + $1.deferred } == shape.deferred)
    }

    @Test("is the same however the bytes are cut", arguments: [1, 7, 100, 4096])
    func pieces(size: Int) {
        let bytes = Array(Self.log.bytes.prefix(60_000))
        var whole = Self.account()
        var cut = Self.account()
        whole.take(array: bytes)
        cut.take(bytes, inPiecesOf: size)
        #expect(whole.encoded() == cut.encoded())
    }

    @Test("does not take a line before its end, wherever it is cut")
    func everyByte() {
        let line = Array(MailLogAccount.postfixLine("smtpd: connect from a[192.0.2.1]").utf8) + [10]
        for cut in line.indices {
            var account = MailLogAccount.reading("")
            #expect(account.take(array: Array(line[..<cut])) == 0)
            #expect(account.lineCount == 0)
            #expect(account.take(array: line) == line.count)
            #expect(account.value("postfix_smtpd_connects_total") == 1)
        }
        var account = MailLogAccount.reading("")
        line.dropLast().withUnsafeBytes { account.takeLine($0) }
        #expect(account.value("postfix_smtpd_connects_total") == 1)
        account.takeLine(UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(account.take(UnsafeRawBufferPointer(start: nil, count: 0)) == 0)
        #expect(account.lineCount == 1)
    }

    @Test("goes on after it was stored and restored in the middle as if it had not been")
    func restored() throws {
        let bytes = Array(Self.log.bytes.prefix(400_000))
        var whole = Self.account()
        whole.take(array: bytes)
        for half in [0, 1000, 200_000, 399_999] {
            var first = Self.account()
            let consumed = first.take(array: Array(bytes[..<half]))
            var second = try MailLogAccount(decoding: first.encoded(), calendar: first.calendar)
            #expect(second.encoded() == first.encoded())
            second.take(array: Array(bytes[consumed...]))
            #expect(second.families == whole.families)
            #expect(second.balance == whole.balance)
            #expect(second.destinations == whole.destinations)
        }
    }

    @Test("is not restored from damaged bytes")
    func damage() {
        var account = Self.account()
        account.take(array: Array(Self.log.bytes.prefix(20_000)))
        let encoded = account.encoded()
        for index in stride(from: 0, to: encoded.count, by: 7) {
            var damaged = encoded
            damaged[index] ^= 0x10
            #expect(throws: MailLogFault.self) { try MailLogAccount(decoding: damaged, calendar: account.calendar) }
        }
        for length in stride(from: 0, to: encoded.count, by: 11) {
            #expect(throws: MailLogFault.self) { try MailLogAccount(decoding: Array(encoded[..<length]), calendar: account.calendar) }
        }
        #expect(throws: MailLogFault.damaged) { try MailLogAccount(decoding: encoded + [0], calendar: account.calendar) }
        var other = encoded
        other[5] = 9
        #expect(throws: MailLogFault.unknownVersion(9)) { try MailLogAccount(decoding: other, calendar: account.calendar) }
    }

    @Test("is restored whatever bytes a domain has")
    func oddDomains() throws {
        var account = MailLogAccount.reading("")
        for domain in [
            "d", "\u{0}d", "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}d", "\u{0}", "É", "D\u{0}", String(repeating: "x", count: 99),
        ] {
            account.takePostfix("smtp: 4F9D195432C: to=<a@\(domain)>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (x)")
        }
        let restored = try MailLogAccount(decoding: account.encoded(), calendar: account.calendar)
        #expect(restored.encoded() == account.encoded())
        #expect(restored.destinations == account.destinations)
        #expect(restored.destinations.count == 8)
    }

    @Test("takes hostile lines, and holds no more for them")
    func hostile() {
        var account = MailLogAccount.reading("")
        let prefixes = [
            "smtpd: ", "smtp: 4F9D195432C: to=<", "smtp: 4F9D195432C: to=<\"", "smtpd: NOQUEUE: reject: RCPT from a[1]: 554 5.7.1 <\"",
            "qmgr: 4F9D195432C: from=<", "smtpd: disconnect from a[1] ", "cleanup: 4F9D195432C: message-id=<",
            "smtpd: 4F9D195432C: client=",
        ]
        let fillings = [
            "\u{0}", "\"", "\\", ">", ">, relay=", ", orig_to=<", "ehlo=99999999999999999999/9 ", "@", "<", "[", "é", "9", " from ",
            "; from=<",
            "to=<a@b>, relay=none, delay=9999999999999999999999, delays=1e9/-1/nan/.5, dsn=999.999.999, status=sent (",
        ]
        var lines = 0
        for prefix in prefixes {
            for filling in fillings {
                account.takePostfix(prefix + String(repeating: filling, count: 70_000 / filling.utf8.count))
                account.takePostfix(prefix + filling)
                lines += 2
            }
        }
        #expect(account.lineCount == lines)
        #expect(account.encoded().count < 100_000)
        #expect(account.unknownLineSamples.allSatisfy { $0.utf8.count <= 900 })
        #expect(account.unknownLineSamples.count == 20)
    }
}
