import MailLogs
import Testing

@Suite("Traces of probe messages")
struct MailTraceTests {
    static let log = """
        Nov 21 11:01:17 mx-1 postfix/smtpd[3099]: F002AFD6453: client=probe.test[127.93.0.31]
        Nov 21 11:01:17 mx-1 postfix/cleanup[3094]: F002AFD6453: message-id=<postwatch.0a1b2c3d-4e5f@probe.test>
        Nov 21 11:01:17 mx-1 postfix/cleanup[3094]: A002AFD6453: message-id=<somebody@else.test>
        Nov 21 11:01:17 mx-1 postfix/qmgr[2641]: F002AFD6453: from=<probe@remote.test>, size=405, nrcpt=1 (queue active)
        Nov 21 11:01:17 mx-1 postfix/qmgr[2641]: A002AFD6453: from=<a@remote.test>, size=405, nrcpt=1 (queue active)
        Nov 21 11:01:18 mx-1 postfix/lmtp[3100]: F002AFD6453: to=<probe-1@example.test>, relay=none, delay=0.07, delays=0.02/0.01/0.04/0, \
        dsn=4.4.1, status=deferred (connect to mailstore-1.example.test[127.93.0.41]:24: Connection refused)
        Nov 21 11:01:18 mx-1 postfix/lmtp[3100]: A002AFD6453: to=<customer-1@example.test>, relay=none, delay=0.07, \
        delays=0.02/0.01/0.04/0, dsn=4.4.1, status=deferred (connect to mailstore-1.example.test[127.93.0.41]:24: Connection refused)
        Nov 21 11:01:48 mx-1 postfix/qmgr[2641]: F002AFD6453: from=<probe@remote.test>, size=405, nrcpt=1 (queue active)
        Nov 21 11:01:48 mx-1 postfix/lmtp[3100]: F002AFD6453: to=<probe-1@example.test>, \
        relay=mailstore-1.example.test[127.93.0.41]:24, delay=31, delays=31/0.01/0.04/0.05, dsn=2.0.0, \
        status=sent (250 2.0.0 <probe-1@example.test> cKnBLQzTIGdRDAAA8vXK1g Saved)
        Nov 21 11:01:48 mx-1 postfix/qmgr[2641]: F002AFD6453: removed
        Nov 21 11:01:48 mailstore-1 dovecot: lmtp(probe-1@example.test)<3153><cKnBLQzTIGdRDAAA8vXK1g>: \
        msgid=<postwatch.0a1b2c3d-4e5f@probe.test>: saved mail to INBOX

        """

    static func at(_ seconds: Int64) -> Int64 { (MailLogAccount.noon - 3600 + seconds) * 1000 }

    @Test("tell all of a probe's stay, and nothing of other messages")
    func story() throws {
        var account = MailLogAccount.reading(Self.log)
        let traces = account.takeTraces()
        #expect(traces.map(\.program) == [.postfix, .dovecot])
        let stay = try #require(traces.first)
        #expect([stay.host, stay.instance, stay.queueID, stay.identifier] == ["mx-1", "postfix", "F002AFD6453", "0a1b2c3d-4e5f"])
        #expect([stay.receivedAt, stay.activeAt, stay.removedAt] == [Self.at(77), Self.at(77), Self.at(108)])
        #expect(!stay.isFine)
        #expect(stay.attempts.map(\.status) == [.deferred, .sent])
        #expect(stay.attempts.map(\.at) == [Self.at(78), Self.at(108)])
        #expect(stay.attempts[0].reply == "connect to mailstore-1.example.test[127.93.0.41]:24: Connection refused")
        #expect(stay.attempts[1].stages == SIMD4(31_000, 10, 40, 50))
        #expect(stay.attempts[1].nextQueueID == "cKnBLQzTIGdRDAAA8vXK1g")
        #expect(traces[1].queueID == "cKnBLQzTIGdRDAAA8vXK1g")
        #expect(traces[1].attempts.map(\.reply) == ["saved mail to INBOX"])
        #expect(account.takeTraces().isEmpty)
        #expect(account.understoodLineCount == account.lineCount)
    }

    @Test("are the same wherever the log is split")
    func splits() {
        var whole = MailLogAccount.reading(Self.log)
        let expected = whole.takeTraces()
        for size in [1, 7, 63, 64, 65, 1000] {
            var account = MailLogAccount(calendar: LogCalendar(reference: MailLogAccount.noon))
            account.take(Array(Self.log.utf8), inPiecesOf: size)
            #expect(account.takeTraces() == expected)
        }
    }

    @Test("survive that the account is saved at any line, and are told again then")
    func restoring() throws {
        let lines = Self.log.split(separator: "\n").map { "\($0)\n" }
        var whole = MailLogAccount.reading(Self.log)
        let expected = whole.takeTraces()
        for cut in 2..<lines.count {
            var first = MailLogAccount.reading(lines[..<cut].joined())
            _ = first.takeTraces()
            var second = try MailLogAccount(decoding: first.encoded(), calendar: LogCalendar(reference: MailLogAccount.noon))
            second.take(text: lines[cut...].joined())
            #expect(second.takeTraces() == expected)
        }
    }

    @Test("know parts of a second where the log does")
    func fine() {
        var account = MailLogAccount.reading(
            """
            <22>1 2026-11-21T11:00:00.123456Z mx-1 postfix/cleanup 5 - - 4bXyz12345zC1x: message-id=<postwatch.1-2@probe.test>
            2026-11-21T11:00:01.500+00:00 mx-1 postfix/qmgr[5]: 4bXyz12345zC1x: from=<>, size=1, nrcpt=1 (queue active)
            """)
        let trace = account.takeTraces().first
        #expect(trace?.isFine == true)
        #expect(trace?.receivedAt == Self.at(0) + 123)
        #expect(trace?.activeAt == Self.at(1) + 500)
    }

    @Test("say when a message was set aside, taken back and thrown away")
    func held() {
        var account = MailLogAccount.postfix(
            "cleanup: F002AFD6453: hold: header Subject: x from a[1]; from=<> to=<b@c>: y",
            "cleanup: F002AFD6453: message-id=<postwatch.1-2@probe.test>", "postsuper: F002AFD6453: released from hold",
            "postsuper: F002AFD6453: removed")
        let trace = account.takeTraces().first
        #expect(trace?.heldAt == Self.at(-60 * 0))
        #expect(trace?.releasedAt != nil && trace?.removedAt != nil)
    }

    @Test("know when a mailstore was connected to for a message, unless the connection brought another one before")
    func connections() {
        let words = [
            "lmtp(71): Info: Connect from 192.0.2.1", "lmtp(72): Connect from local",
            "lmtp(bob)<71><aQ+/x>: Info: msgid=<postwatch.1-1@probe.test>: saved mail to INBOX",
            "lmtp(bob)<71><aQ+/x:R2>: Info: msgid=<postwatch.1-2@probe.test>: saved mail to INBOX",
            "lmtp(bob)<71><aQ+/x:T2>: Info: msgid=<postwatch.1-3@probe.test>: saved mail to INBOX",
            "lmtp(a)(b)<72><bQ>: sieve: msgid=<postwatch.1-4@probe.test>: stored mail into mailbox 'INBOX'",
            "lmtp(71): Info: Disconnect from 192.0.2.1: Logged out (state=READY)",
            "lmtp(bob)<71><cQ>: Info: msgid=<postwatch.1-5@probe.test>: saved mail to INBOX",
        ]
        let lines = words.enumerated().map { "Nov 21 11:01:0\($0.offset) mailstore-1 dovecot: \($0.element)\n" }
        var account = MailLogAccount.reading(lines.joined())
        let received = Dictionary(account.takeTraces().map { ($0.identifier, $0.receivedAt) }) { first, _ in first }
        #expect(received == ["1-1": Self.at(60), "1-2": nil, "1-3": nil, "1-4": Self.at(61), "1-5": nil])
        #expect(account.understoodLineCount == account.lineCount)
    }

    @Test("read Exim's log as well")
    func exim() {
        var account = MailLogAccount.reading(
            [
                "1abcDE-0001Ab-CD <= s@x.example H=a [192.0.2.1] P=esmtp S=900 id=postwatch.0a-1@probe.test T=\"Probe\" for b@a.example",
                "1abcDE-0001Ab-CD == b@a.example R=dnslookup T=remote_smtp defer (111): Connection refused",
                #"1abcDE-0001Ab-CD => b@a.example R=dnslookup T=remote_smtp H=mx.a.example [192.0.2.9] C="250 2.0.0 Ok: queued as 3F2A1" QT=30s DT=0.5s"#,
                "1abcDE-0001Ab-CD Completed",
            ].map { "2026-11-21 11:00:00 \($0)" }.joined(separator: "\n"))
        let trace = account.takeTraces().first
        #expect(trace?.program == .exim && trace?.queueID == "1abcDE-0001Ab-CD" && trace?.identifier == "0a-1")
        #expect(trace?.attempts.map(\.reply) == ["Connection refused", "250 2.0.0 Ok: queued as 3F2A1"])
        #expect(trace?.attempts.last?.nextQueueID == "3F2A1")
        #expect(trace?.attempts.last?.relay == "mx.a.example[192.0.2.9]")
        #expect(trace?.attempts.last?.stages == SIMD4(0, 29_500, 0, 500))
        #expect(trace?.removedAt != nil)
    }

    @Test(
        "read the next hop's name from its answer",
        arguments: [
            ("250 2.0.0 Ok: queued as 3F2A1", "3F2A1"), ("250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4AB", "4AB"),
            ("250 OK id=1abcDE-0001Ab-CD", "1abcDE-0001Ab-CD"), ("250 2.0.0 <u@e.test> aB3+/4 Saved", "aB3+/4"),
            ("250 2.0.0 <u@e.test> aB3+/4:2 Saved", "aB3+/4"), ("250 2.6.0 Queued", ""), ("delivered to maildir", ""),
            ("250 queued as ", ""), ("250 Ok: queued as " + String(repeating: "9", count: 65), ""),
        ])
    func nextNames(_ reply: String, _ expected: String) {
        var account = MailLogAccount.postfix(
            "cleanup: F002AFD6453: message-id=<postwatch.1-2@p.test>",
            "smtp: F002AFD6453: to=<a@b.test>, relay=b[1]:25, delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (\(reply))")
        #expect(account.takeTraces().first?.attempts.first?.nextQueueID ?? "" == expected)
    }

    @Test("are of messages only that are named as probes are")
    func strangers() {
        for id in [
            "<postwatch.@x>", "<postwatch.a b@x>", "<postwatch.1>", "<POSTWATCH.1@x>", "<postwatch.\(String(repeating: "1", count: 65))@x>",
        ] {
            var account = MailLogAccount.postfix("cleanup: F002AFD6453: message-id=\(id)")
            #expect(account.takeTraces().isEmpty, "\(id)")
        }
    }

    @Test("are bounded, however many messages look like probes")
    func flood() {
        var account = MailLogAccount(calendar: LogCalendar(reference: MailLogAccount.noon))
        for number in 0..<5000 {
            let id = String(number + 0x10000, radix: 16, uppercase: true)
            account.takePostfix("cleanup: \(id): message-id=<postwatch.\(number)@x>")
            if number < 100 {
                for _ in 0..<50 {
                    account.takePostfix("smtp: \(id): to=<a@b>, relay=c, delay=0, delays=0/0/0/0, dsn=4.0.0, status=deferred (x)")
                }
            }
        }
        let traces = account.takeTraces()
        #expect(traces.count == 1000)
        #expect(traces.allSatisfy { $0.attempts.count <= MailTrace.mostAttempts })
    }
}
