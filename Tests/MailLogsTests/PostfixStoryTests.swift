import MailLogs
import Testing

@Suite("A stretch of a log as Postfix 3.7 writes it")
struct PostfixStoryTests {
    static let log = """
        Nov 21 11:01:17 outbound-1 postfix/smtpd[3099]: connect from submission-1.example.test[127.93.0.31]
        Nov 21 11:01:17 outbound-1 postfix/smtpd[3099]: F002AFD6453: client=submission-1.example.test[127.93.0.31]
        Nov 21 11:01:17 outbound-1 postfix/cleanup[3094]: F002AFD6453: message-id=<179530207796.3335.15536858695358698908@example.test>
        Nov 21 11:01:17 outbound-1 postfix/qmgr[2641]: F002AFD6453: from=<customer-1@example.test>, size=1405, nrcpt=1 (queue active)
        Nov 21 11:01:18 outbound-1 postfix/smtp[3100]: F002AFD6453: to=<x@nowhere.test>, relay=none, delay=0.02, delays=0.01/0/0/0, dsn=5.4.4, \
        status=bounced (Host or domain name not found. Name service error for name=nowhere.test type=A: Host not found)
        Nov 21 11:01:18 outbound-1 postfix/cleanup[3094]: 012AFFD6482: message-id=<20261121230118.012AFFD6482@outbound-1.example.test>
        Nov 21 11:01:18 outbound-1 postfix/qmgr[2641]: 012AFFD6482: from=<>, size=3406, nrcpt=1 (queue active)
        Nov 21 11:01:18 outbound-1 postfix/bounce[3402]: F002AFD6453: sender non-delivery notification: 012AFFD6482
        Nov 21 11:01:18 outbound-1 postfix/qmgr[2641]: F002AFD6453: removed
        Nov 21 11:01:18 outbound-1 postfix/smtpd[3099]: disconnect from submission-1.example.test[127.93.0.31] ehlo=1 mail=2 rcpt=2 data=2 quit=1 \
        commands=8
        Nov 21 11:01:18 outbound-1 postfix/smtp[3095]: 012AFFD6482: to=<customer-1@example.test>, relay=mx-1.example.test[127.93.0.11]:25, \
        delay=0.01, delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 8AD81FD6453)
        Nov 21 11:01:18 outbound-1 postfix/qmgr[2641]: 012AFFD6482: removed
        Nov 21 11:02:14 outbound-1 postfix/cleanup[3403]: 9AF1EFD6235: message-id=<179530213462.5533.4141875528074820387@example.test>
        Nov 21 11:02:14 outbound-1 postfix/qmgr[2641]: 9AF1EFD6235: from=<customer-1@example.test>, size=1402, nrcpt=1 (queue active)
        Nov 21 11:02:14 outbound-1 postfix/smtp[3100]: 9AF1EFD6235: to=<x@remote.test>, relay=none, delay=0.01, delays=0.01/0/0/0, dsn=4.4.1, \
        status=deferred (connect to mail.remote.test[127.93.1.10]:25: Connection refused)
        Nov 21 11:02:19 outbound-1 postfix/qmgr[2641]: 9AF1EFD6235: from=<customer-1@example.test>, size=1402, nrcpt=1 (queue active)
        Nov 21 11:02:19 outbound-1 postfix/smtp[3095]: 9AF1EFD6235: to=<x@remote.test>, relay=none, delay=5.1, delays=5/0/0/0, dsn=4.4.1, \
        status=deferred (connect to mail.remote.test[127.93.1.10]:25: Connection refused)
        """

    @Test("is understood as a whole, and every message is accounted for")
    func story() {
        let account = MailLogAccount.reading(Self.log)
        #expect(account.understoodLineCount == account.lineCount)
        #expect([account.balance.accepted, account.balance.adopted, account.balance.deferred] == [3, 0, 1])
        #expect(account.balance.outcomes[.bounced] == 1)
        #expect(account.balance.outcomes[.delivered] == 1)
        #expect(account.balance.discrepancy == 0)
        account.expect("postfix_bounces_total", ["smtp dns": 1])
        account.expect("postfix_deferrals_total", ["smtp connect_refused": 2])
        account.expect("postfix_bounce_notifications_total", ["non_delivery": 1])
        // The age of the message says when it came.
        let remote = account.destinations.first { $0.domain == "remote.test" }
        #expect(remote?.waiting == 1)
        #expect(remote?.oldestWaitingArrival == account.newestMoment - 5)
    }
}
