import MailLogs
import Testing

@Suite("The ledger of messages")
struct MessageLedgerTests {
    private static let queued = "from=<s@sender.example>, size=900, nrcpt=1 (queue active)"

    private static func delivery(_ status: String, dsn: String = "2.0.0") -> String {
        "to=<r@recipient.example>, relay=x[192.0.2.1]:25, delay=60, delays=59/0/1/0, dsn=\(dsn), status=\(status) (text)"
    }

    @Test("gives each message one outcome, and its sides are always equal")
    func outcomes() {
        var account = MailLogAccount.reading("")
        let ends: [(String, [String], MessageOutcome)] = [
            ("1AAAAAAAAA", ["smtp: 1AAAAAAAAA: \(Self.delivery("sent"))", "qmgr: 1AAAAAAAAA: removed"], .delivered),
            (
                "2AAAAAAAAA",
                [
                    "smtp: 2AAAAAAAAA: \(Self.delivery("sent"))", "smtp: 2AAAAAAAAA: \(Self.delivery("bounced"))",
                    "qmgr: 2AAAAAAAAA: removed",
                ],
                .bounced
            ),
            ("3AAAAAAAAA", ["qmgr: 3AAAAAAAAA: from=<s@x>, status=expired, returned to sender", "qmgr: 3AAAAAAAAA: removed"], .expired),
            ("4AAAAAAAAA", ["discard: 4AAAAAAAAA: \(Self.delivery("sent"))", "qmgr: 4AAAAAAAAA: removed"], .discarded),
            ("5AAAAAAAAA", ["postsuper: 5AAAAAAAAA: removed", "postsuper: Deleted: 1 message"], .deleted),
            ("6AAAAAAAAA", ["postsuper: 6AAAAAAAAA: requeued", "postsuper: Requeued: 1 message"], .requeued),
            ("7AAAAAAAAA", ["smtp: 7AAAAAAAAA: \(Self.delivery("undeliverable"))", "qmgr: 7AAAAAAAAA: removed"], .probed),
            ("8AAAAAAAAA", ["qmgr: 8AAAAAAAAA: removed"], .unexplained),
        ]
        for (id, lines, outcome) in ends {
            account.takePostfix("smtpd: \(id): client=a[192.0.2.1]", "cleanup: \(id): message-id=<x@y>")
            #expect(account.balance.arriving == 1)
            account.takePostfix("qmgr: \(id): \(Self.queued)")
            #expect(account.balance.inQueue == 1)
            for line in lines {
                account.takePostfix(line)
                #expect(account.balance.discrepancy == 0)
            }
            #expect(account.balance.outcomes[outcome] == 1)
            #expect(account.balance.inQueue == 0)
        }
        #expect(account.balance.accepted == 8)
        #expect(account.lostMessages.map(\.queueID) == ["8AAAAAAAAA"])
        #expect(account.points("postfix_messages_ended_total").count == 8)
    }

    @Test("knows what is deferred and held, and the balance of a time is a difference")
    func states() {
        var account = MailLogAccount.reading("")
        account.takePostfix("cleanup: 1AAAAAAAAA: message-id=<>", "qmgr: 1AAAAAAAAA: \(Self.queued)")
        let before = account.balance
        account.takePostfix("smtp: 1AAAAAAAAA: \(Self.delivery("deferred", dsn: "4.4.1"))", "cleanup: 2AAAAAAAAA: message-id=<>")
        account.takePostfix("qmgr: 2AAAAAAAAA: \(Self.queued)", "postsuper: 2AAAAAAAAA: placed on hold")
        #expect(account.balance.deferred == 1)
        #expect(account.balance.held == 1)
        let between = account.balance - before
        #expect([between.accepted, between.inQueue, between.deferred, between.held, between.discrepancy] == [1, -1, 1, 1, 0])
        account.takePostfix("postsuper: 2AAAAAAAAA: released from hold", "qmgr: 2AAAAAAAAA: \(Self.queued)")
        #expect(account.balance.inQueue == 1)
        #expect(account.balance.held == 0)
    }

    @Test("names the one message that vanished, and nothing else")
    func vanished() {
        let log = GeneratedLog(.init().divided(by: 500))
        var lines = String(decoding: log.bytes, as: UTF8.self).split(separator: "\n")
        let victim = log.ids[42]
        // It was taken up, and then there is nothing more.
        let kept = lines.firstIndex { $0.contains("\(victim): from=") } ?? 0
        lines = lines.enumerated().filter { $0.offset <= kept || !$0.element.contains(victim) }.map(\.element)
        var account = MailLogAccount(calendar: LogCalendar(reference: GeneratedLog.reference))
        account.take(text: lines.joined(separator: "\n") + "\n")
        let now = GeneratedLog.reference
        #expect(account.balance.inQueue == 1)
        #expect(
            account.compare(withQueue: QueueIDList(), host: "mx1.host", instance: "postfix", at: now)
                == QueueComparison(found: 0, fromBefore: 0, vanished: 0))
        #expect(account.lostMessages == [])
        #expect(account.compare(withQueue: QueueIDList(), host: nil, instance: "other", at: now).vanished == 0)
        #expect(account.compare(withQueue: QueueIDList(), host: "mx1.host", instance: "postfix", at: now).vanished == 1)
        #expect(account.lostMessages.map(\.queueID) == [victim])
        #expect(account.lostMessages[0].outcome == .vanished)
        #expect(account.lostMessages[0].senderDomain.hasPrefix("example-"))
        #expect(account.lostMessages[0].host == "mx1.host")
        #expect(account.lostMessages[0].instance == "postfix")
        #expect(account.balance.outcomes[.vanished] == 1)
        #expect(account.balance.discrepancy == 0)
        // Its end comes late after all: it is taken back.
        account.take(text: "Nov 22 11:00:00 mx1.host postfix/qmgr[987]: \(victim): removed\n")
        #expect(account.lostMessages == [])
        #expect(account.balance.outcomes[.vanished] == 0)
        #expect(account.balance.discrepancy == 0)
    }

    @Test("loses nothing in a clean log, however often the queue is listed")
    func clean() {
        let log = GeneratedLog(.init().divided(by: 500))
        var account = MailLogAccount(calendar: LogCalendar(reference: GeneratedLog.reference))
        var open: Set<String> = []
        for line in String(decoding: log.bytes, as: UTF8.self).split(separator: "\n") {
            account.take(text: line + "\n")
            let words = line.split(separator: " ")
            if line.contains("(queue active)") { open.insert(String(words[5].dropLast())) }
            if line.hasSuffix("removed") { open.remove(String(words[5].dropLast())) }
            if account.lineCount % 50 == 0 {
                _ = account.compare(withQueue: QueueIDList(open), host: nil, instance: "postfix", at: account.newestMoment)
            }
        }
        #expect(account.lostMessages == [])
        #expect(account.balance.accepted == log.messages)
        #expect(account.balance.outcomes.values.reduce(0, +) == log.messages)
    }

    @Test("does not call lost what it never saw arrive, what was just seen, or what was never accepted")
    func notLost() {
        var account = MailLogAccount.postfix(
            "smtp: 1AAAAAAAAA: \(Self.delivery("deferred"))", "cleanup: 2AAAAAAAAA: message-id=<>",
            "cleanup: 3AAAAAAAAA: message-id=<>",
            "qmgr: 3AAAAAAAAA: \(Self.queued)")
        let written = MailLogAccount.noon - 3600
        for _ in 0..<3 {
            let result = account.compare(
                withQueue: QueueIDList(["9AAAAAAAAA", "not an id"]), host: nil, instance: "postfix", at: written + 60)
            #expect(result == QueueComparison(found: 0, fromBefore: 1, vanished: 0))
        }
        for _ in 0..<3 { _ = account.compare(withQueue: QueueIDList(["3AAAAAAAAA"]), host: nil, instance: "postfix", at: written + 61) }
        #expect(account.lostMessages == [])
        #expect(account.balance.refused == 1)
        #expect(account.balance.outcomes[.lapsed] == 1)
        #expect(account.balance.inQueue == 1)
        #expect(account.balance.discrepancy == 0)
    }

    @Test("that is full evicts, counts it, and calls nobody lost")
    func eviction() {
        var limits = MailLogLimits()
        limits.messages = 100
        var account = MailLogAccount.reading("", limits: limits)
        for number in 0..<1000 {
            let id = "4AAAAA\(String(number + 4096, radix: 16, uppercase: true))"
            account.takePostfix("cleanup: \(id): message-id=<x>", "qmgr: \(id): \(Self.queued)")
        }
        #expect(account.balance.accepted == 1000)
        #expect(account.balance.inQueue == 100)
        #expect(account.balance.outcomes[.evicted] == 900)
        #expect(account.balance.discrepancy == 0)
        #expect(account.lostMessages == [])
    }

    @Test("tells how long destinations keep mail waiting, by when it arrived")
    func waiting() {
        let account = MailLogAccount.postfix(
            "smtp: 1AAAAAAAAA: to=<a@Slow.example>, relay=none, delay=7200, delays=7200/0/0/0, dsn=4.4.1, status=deferred (connect to x[192.0.2.1]:25: Connection refused)",
            "smtp: 2AAAAAAAAA: to=<b@slow.example>, relay=none, delay=60, delays=60/0/0/0, dsn=4.4.1, status=deferred (lost connection with bob@slow.example)",
            "smtp: 3AAAAAAAAA: \(Self.delivery("sent"))")
        let slow = account.destinations[0]
        #expect(slow.domain == "slow.example")
        #expect([slow.delivered, slow.deferred, slow.bounced, slow.waiting] == [0, 2, 0, 2])
        let arrival: Int64 = MailLogAccount.noon - 10_800
        #expect(slow.oldestWaitingArrival == arrival)
        #expect(slow.reasons[.connectRefused]?.lastText == "connect to x[192.0.2.1]:25: Connection refused")
        #expect(slow.reasons[.lostConnection]?.lastText == "lost connection with @")
        #expect(account.destinations.last?.domain == "other")
    }

    @Test("is not led astray by lines about a message that was thrown away, or set aside and then refused")
    func discarded() {
        let account = MailLogAccount.postfix(
            "smtpd: 1AAAAAAAAA: client=a[192.0.2.1]", "smtpd: 1AAAAAAAAA: discard: RCPT from a[192.0.2.1]: <x>: gone; from=<a@b>",
            "cleanup: 1AAAAAAAAA: message-id=<x@y>", "cleanup: 2AAAAAAAAA: message-id=<x@y>",
            "cleanup: 2AAAAAAAAA: hold: header Subject: x from local; from=<a@b>: wait",
            "cleanup: 2AAAAAAAAA: milter-reject: END-OF-MESSAGE from a[192.0.2.1]: 5.7.1 no; from=<a@b>")
        #expect(account.balance.outcomes[.discarded] == 2)
        #expect([account.balance.arriving, account.balance.held, account.balance.discrepancy] == [0, 0, 0])
    }

    @Test("does not wait for ever for a message that was never completed")
    func neverCompleted() {
        var account = MailLogAccount.reading("Nov 19 11:00:00 mx1 postfix/cleanup[1]: 1AAAAAAAAA: message-id=<x>")
        #expect(account.balance.arriving == 1)
        for number in 2...4 { account.takePostfix("cleanup: \(number)AAAAAAAAA: message-id=<x>") }
        #expect([account.balance.arriving, account.balance.refused, account.balance.accepted] == [3, 1, 0])
        #expect(account.lostMessages == [])
    }
}
