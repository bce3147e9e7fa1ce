import MailLogs
import Testing

@Suite("A delivery")
struct DeliveryTests {
    @Test(
        "is counted by its final status, whoever makes it",
        arguments: [
            (
                "smtp: 4F9D195432C: to=<bob@example.com>, relay=mx.example.com[192.0.2.1]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=2.0.0, "
                    + "status=sent (250 2.0.0 Ok: queued as 3D5)", "smtp sent"
            ),
            (
                "lmtp: 4bXk7j2NzZz1n9: to=<bob@example.com>, orig_to=<b@example.com>, relay=mx1[private/dovecot-lmtp], conn_use=2, delay=0.11, "
                    + "delays=0.03/0/0.02/0.06, dsn=2.0.0, status=sent (250 2.0.0 <bob> W Saved)", "lmtp sent"
            ),
            (
                "local: 9F1CA1F2B3: to=<root@mx1>, orig_to=<root>, relay=local, delay=0.02, delays=0.01/0.01/0/0, dsn=2.0.0, "
                    + "status=sent (delivered to mailbox)", "local sent"
            ),
            (
                "virtual: 9F1CA1F2B3: to=<a@b.example>, relay=virtual, delay=3, delays=2/1/0/0, dsn=5.1.1, status=bounced (unknown user: \"a@b\")",
                "virtual bounced"
            ),
            (
                "pipe: 9F1CA1F2B3: to=<a@b.example>, relay=dovecot, delay=0.5, delays=0.1/0/0/0.4, dsn=2.0.0, status=sent (delivered via service)",
                "pipe sent"
            ),
            (
                "error: 9F1CA1F2B3: to=<a@b.example>, relay=none, delay=900, delays=900/0.1/0/0, dsn=4.4.1, status=deferred (delivery "
                    + "temporarily suspended: connect to b.example[192.0.2.9]:25: Connection refused)", "error deferred"
            ),
            (
                "smtp: 9F1CA1F2B3: to=<a@b.example>, relay=b.example[192.0.2.9]:25, delay=1, delays=0/0/1/0, dsn=2.1.5, status=deliverable (250 OK)",
                "smtp deliverable"
            ),
            // Postfix 2.2 and older.
            ("smtp: 9F1CA1F2B3: to=<a@b.example>, relay=b.example[192.0.2.9], delay=4, status=sent (250 ok)", "smtp sent"),
        ])
    func status(line: String, counted: String) {
        let account = MailLogAccount.postfix(line)
        account.expect("postfix_deliveries_total", [counted: 1])
        #expect(account.understoodLineCount == 1)
    }

    @Test("has a delay in stages, and only a final status enters them; a retry is counted apart")
    func delays() throws {
        let account = MailLogAccount.postfix(
            "cleanup: 4F9D195432C: message-id=<a@b>", "qmgr: 4F9D195432C: from=<x@y.example>, size=900, nrcpt=1 (queue active)",
            "smtp: 4F9D195432C: to=<b@e.example>, relay=none, delay=30, delays=0.1/0/30/0, dsn=4.4.1, status=deferred (connect to e[192.0.2.1]:25: Connection timed out)",
            "qmgr: 4F9D195432C: from=<x@y.example>, size=900, nrcpt=1 (queue active)",
            "smtp: 4F9D195432C: to=<b@e.example>, relay=e[192.0.2.1]:25, delay=401, delays=400/0.05/0.25/0.7, dsn=2.0.0, status=sent (250 ok)",
            "cleanup: 5F9D195432C: message-id=<a@b>", "qmgr: 5F9D195432C: from=<x@y.example>, size=900, nrcpt=1 (queue active)",
            "smtp: 5F9D195432C: to=<b@e.example>, relay=e[192.0.2.1]:25, delay=2, delays=1.5/0.05/0.25/0.2, dsn=2.0.0, status=sent (250 ok)",
            // Was there before the log began: tried before when it is old, otherwise for the first time.
            "smtp: 6F9D195432C: to=<b@e.example>, relay=e[192.0.2.1]:25, delay=9000, delays=8999/0/1/0, dsn=2.0.0, status=sent (250 ok)",
            "smtp: 7F9D195432C: to=<b@e.example>, relay=e[192.0.2.1]:25, delay=2, delays=1/0/1/0, dsn=2.0.0, status=sent (250 ok)")
        let counts = account.points("postfix_delivery_delay_seconds")
        for stage in ["before_queue_manager", "queue_manager", "connection_setup", "transmission"] {
            #expect(counts["smtp first \(stage)"] == 2)
            #expect(counts["smtp retry \(stage)"] == 2)
        }
        #expect(counts.count == 8)
        #expect(account.points("postfix_smtp_delivery_delay_seconds")["transmission"] == 4)
        let family = try #require(account.families.first { $0.name == "postfix_smtp_delivery_delay_seconds" })
        guard case .histogram(let before) = family.points[0].value else { throw DeliveryTests.NoHistogram() }
        #expect(before.sum == 9401.5)
        let fine = before.bounds.filter { $0 >= 1 && $0 <= 3600 }
        #expect(fine.count >= 15)
    }

    private struct NoHistogram: Error {}

    @Test("cannot be forged by the address of a recipient")
    func forgery() {
        let end = "relay=mx.real.example[192.0.2.1]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.1.1, status=bounced (550 5.1.1 no)"
        let account = MailLogAccount.postfix(
            #"smtp: 4F9D195432C: to=<"x>, relay=y, status=sent (fake)"@a.example>, \#(end)"#,
            #"smtp: 4F9D195432C: to=<"x\">, relay=y, delay=1, status=sent (fake)"@a.example>, \#(end)"#,
            #"smtp: 4F9D195432C: to=<x>, relay=y, status=sent (fake)@a.example>, \#(end)"#,
            #"smtp: 4F9D195432C: to=<x@a.example>, orig_to=<y>, status=sent (fake)@b.example>, \#(end)"#,
            #"smtp: 4F9D195432C: to=<x@a.example>, orig_to=<"y>, status=sent (fake)"@b.example>, \#(end)"#)
        account.expect("postfix_deliveries_total", ["smtp bounced": 5])
        #expect(account.destinations.map(\.domain) == ["a.example", "other"])
    }

    @Test(
        "that fails has a class",
        arguments: [
            ("4.7.1", "host mx[192.0.2.1] said: 451 4.7.1 Greylisting in action (in reply to RCPT TO command)", "greylisting"),
            ("4.2.0", "host mx[192.0.2.1] said: 450 4.2.0 <a@b>: Recipient address rejected: Greylisted, see http://x", "greylisting"),
            ("4.7.28", "host mx[192.0.2.1] said: 421-4.7.28 Gmail has detected an unusual rate of unsolicited mail", "rate_limit"),
            ("4.4.5", "host mx[192.0.2.1] refused to talk to me: 421 Too many connections from your host", "rate_limit"),
            (
                "4.7.0", "host mta5[192.0.2.1] said: 421 4.7.0 [TSS04] Messages from 192.0.2.2 temporarily deferred due to user complaints",
                "reputation"
            ),
            (
                "5.7.1", "host mx[192.0.2.1] said: 554 5.7.1 Service unavailable; Client host [192.0.2.2] blocked using zen.spamhaus.org",
                "reputation"
            ),
            ("4.7.5", "Server certificate not trusted", "tls"),
            ("4.7.4", "TLS is required, but was not offered by host mx[192.0.2.1]", "tls"),
            ("4.4.3", "Host or domain name not found. Name service error for name=x.example type=MX: Host not found, try again", "dns"),
            ("5.4.4", "Host or domain name not found. Name service error for name=x.example type=A: Host not found", "dns"),
            ("4.4.1", "connect to mx.example[192.0.2.1]:25: Connection refused", "connect_refused"),
            ("4.4.1", "delivery temporarily suspended: connect to mx.example[192.0.2.1]:25: Connection timed out", "connect_timeout"),
            ("4.4.1", "connect to mx.example[2001:db8::1]:25: Network is unreachable", "no_route"),
            ("4.4.1", "connect to mx.example[192.0.2.1]:25: No route to host", "no_route"),
            ("4.4.2", "lost connection with mx.example[192.0.2.1] while receiving the initial server greeting", "lost_connection"),
            ("4.4.2", "conversation with mx.example[192.0.2.1] timed out while sending end of data", "lost_connection"),
            ("4.2.2", "host mx1[private/dovecot-lmtp] said: 452 4.2.2 <a@b> Quota exceeded (mailbox for user is full)", "mailbox_full"),
            ("5.1.1", "host mx[192.0.2.1] said: 550 5.1.1 User unknown in virtual mailbox table", "unknown_recipient"),
            ("5.0.0", "host mx[192.0.2.1] said: 550 No such user here (in reply to RCPT TO command)", "unknown_recipient"),
            ("5.1.1", "unknown user: \"bob\"", "unknown_recipient"),
            ("5.7.26", "host mx[192.0.2.1] said: 550-5.7.26 This mail is unauthenticated, SPF and DKIM did not pass", "policy"),
            ("5.7.1", "host mx[192.0.2.1] said: 550 5.7.1 Refused by order of the management", "policy"),
            ("5.3.4", "message size 52428801 exceeds size limit 26214400 of server mx[192.0.2.1]", "too_large"),
            ("5.4.6", "mail for x.example loops back to myself", "loop"), ("5.4.6", "Too many hops 51 (50 max)", "loop"),
            ("4.3.0", "mail transport unavailable", "local_problem"), ("4.3.0", "temporary failure. Command output: x", "local_problem"),
            ("5.0.0", "something else", "other"),
        ])
    func reason(dsn: String, text: String, reason: String) {
        let account = MailLogAccount.postfix(
            "smtp: 4F9D195432C: to=<a@b.example>, relay=none, delay=1, delays=0/0/1/0, dsn=\(dsn), status=deferred (\(text))")
        account.expect("postfix_deferrals_total", ["smtp \(reason)": 1])
        account.expect("postfix_smtp_deferred_messages_by_dsn_total", [dsn: 1])
        #expect(account.value("postfix_smtp_deferred_messages_total") == 1)
        account.expect("postfix_smtp_bounced_messages_by_dsn_total", [:])
    }

    @Test("of endless status codes fills the table, then counts as other")
    func manyCodes() {
        var account = MailLogAccount.reading("")
        for code in 0..<900 {
            account.takePostfix("smtp: 4F9D195432C: to=<a@b>, relay=none, delay=1, delays=0/0/1/0, dsn=4.9.\(code), status=deferred (x)")
        }
        let points = account.points("postfix_deferred_messages_by_dsn_total")
        #expect(points.count == 201)
        #expect(points["other"] == 700)
    }
}
