import MailLogs
import Testing

@Suite("Postfix")
struct PostfixProgramTests {
    @Test("smtpd counts sessions, commands and how they end")
    func sessions() {
        let account = MailLogAccount.postfix(
            "smtpd: connect from mail.example.com[192.0.2.1]", "smtpd: connect from unknown[2001:db8::1]:52114",
            "smtpd: disconnect from mail.example.com[192.0.2.1] ehlo=2 starttls=1 mail=1 rcpt=2/3 bdat=1 quit=1 commands=8/9",
            "smtpd: disconnect from unknown[192.0.2.1] unknown=0/2 commands=0/2", "smtpd: disconnect from unknown[192.0.2.1]",
            "smtpd: lost connection after RCPT from unknown[192.0.2.1]",
            "smtpd: lost connection after DATA (4096 bytes) from unknown[192.0.2.1]",
            "smtpd: lost connection after END-OF-MESSAGE from unknown[192.0.2.1]", "smtpd: timeout after EHLO from unknown[192.0.2.1]",
            "smtpd: too many errors after AUTH from unknown[192.0.2.1]", "smtpd: lost connection after FOO from unknown[192.0.2.1]",
            "smtpd: warning: hostname x.example does not resolve to address 192.0.2.1: Name or service not known",
            "smtpd: warning: 192.0.2.1: hostname x.example verification failed: Name or service not known",
            "smtpd: SSL_accept error from unknown[192.0.2.1]: lost connection",
            "smtpd: warning: TLS library problem: error:1408F10B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:332:",
            "smtpd: warning: Connection rate limit exceeded: 61 from unknown[192.0.2.1] for service smtp",
            "smtpd: warning: Connection concurrency limit exceeded: 51 from unknown[192.0.2.1] for service smtp",
            "smtpd: improper command pipelining after DATA from unknown[192.0.2.1]: x",
            "smtpd: warning: non-SMTP command from unknown[192.0.2.1]: GET / HTTP/1.1",
            "smtpd: warning: Illegal address syntax from unknown[192.0.2.1] in MAIL command: <x",
            "smtpd: warning: 4F9D195432C: queue file size limit exceeded")
        #expect(account.value("postfix_smtpd_connects_total") == 2)
        #expect(account.value("postfix_smtpd_disconnects_total") == 3)
        account.expect(
            "postfix_smtpd_commands_total",
            [
                "ehlo accepted": 2, "starttls accepted": 1, "mail accepted": 1, "rcpt accepted": 2, "rcpt rejected": 1, "bdat accepted": 1,
                "quit accepted": 1, "unknown rejected": 2,
            ])
        account.expect("postfix_smtpd_connections_lost_total", ["RCPT": 1, "DATA": 1, "END-OF-MESSAGE": 1, "UNKNOWN": 1])
        account.expect("postfix_smtpd_connections_timed_out_total", ["EHLO": 1])
        #expect(account.value("postfix_smtpd_forward_confirmed_reverse_dns_errors_total") == 2)
        account.expect(
            "postfix_smtpd_session_errors_total",
            [
                "too_many_errors": 1, "tls_handshake_failure": 1, "rate_limited": 1, "concurrency_limited": 1, "improper_pipelining": 1,
                "non_smtp_command": 1, "bad_address": 1, "size_limit": 1,
            ])
        #expect(account.unknownLineSamples == [])
    }

    @Test("smtpd counts who signs in and who fails, and never by name")
    func signIns() {
        let account = MailLogAccount.postfix(
            "smtpd: 4F9D195432C: client=a[192.0.2.1]",
            "smtpd: 5F9D195432C: client=a[192.0.2.1], sasl_method=PLAIN, sasl_username=bob@example.org",
            "smtpd: 6F9D195432C: client=a[192.0.2.1], sasl_method=bob, sasl_username=bob",
            "smtpd: NOQUEUE: client=a[192.0.2.1], sasl_method=login",
            "smtpd: warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
            "smtpd: warning: unknown[192.0.2.1]: SASL PLAIN authentication failed: (reason unavailable), sasl_username=bob@example.org")
        account.expect("postfix_smtpd_messages_processed_total", ["": 1, "PLAIN": 1, "other": 1, "LOGIN": 1])
        #expect(account.value("postfix_smtpd_sasl_authentication_failures_total") == 2)
        account.expect("postfix_smtpd_sasl_authentication_failures_by_method_total", ["LOGIN": 1, "PLAIN": 1])
        #expect(!"\(account.families)".contains("bob"))
        #expect(account.balance.arriving == 0)
    }

    @Test(
        "refuses with a class and a code",
        arguments: [
            ("454 4.7.1 <a@b.example>: Relay access denied;", "relay_denied", "454"),
            ("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; https://x;", "blocklist", "554"),
            ("550 5.1.1 <a@b.example>: Recipient address rejected: User unknown in virtual mailbox table;", "unknown_recipient", "550"),
            ("450 4.2.0 <a@b.example>: Recipient address rejected: Greylisted, see http://postgrey.example;", "greylisting", "450"),
            ("504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname;", "helo", "504"),
            ("450 4.1.8 <a@b.example>: Sender address rejected: Domain not found;", "sender_domain", "450"),
            ("450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1];", "client", "450"),
            ("554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied;", "client", "554"),
            ("550 5.7.1 <a@b.example>: Recipient address rejected: Please see http://openspf.example/Why;", "policy", "550"),
            ("450 4.7.1 Error: too much mail from 192.0.2.1;", "rate_limit", "450"),
            ("452 4.2.2 <a@b.example>: Recipient address rejected: Mailbox is full;", "mailbox_full", "452"),
            ("530 5.7.0 Must issue a STARTTLS command first;", "tls_required", "530"),
            ("521 5.3.2 something else;", "other", "521"),
            (#"550 5.1.1 <"x; from=<Greylisted>"@b.example>: Recipient address rejected: User unknown;"#, "unknown_recipient", "550"),
            ("550 5.1.1 <x>, relay=greylist; from=<y>@b.example>: Recipient address rejected: User unknown;", "unknown_recipient", "550"),
        ])
    func reject(reply: String, kind: String, code: String) {
        let line =
            "NOQUEUE: reject: RCPT from mail.example[192.0.2.1]: \(reply) from=<c@greylist.example> to=<a@b.example> proto=ESMTP helo=<tls>"
        let account = MailLogAccount.postfix("smtpd: \(line)")
        account.expect("postfix_rejects_total", ["smtpd \(kind)": 1])
        account.expect("postfix_smtpd_messages_rejected_total", [code: 1])
    }

    @Test("filters and rules are counted, and end what they refuse")
    func filters() {
        let account = MailLogAccount.postfix(
            "smtpd: 4F9D195432C: client=a[192.0.2.1]", "cleanup: 4F9D195432C: message-id=<x@y>",
            "cleanup: 4F9D195432C: milter-reject: END-OF-MESSAGE from a[192.0.2.1]: 5.7.1 Spam; from=<a@b> to=<c@d> proto=ESMTP helo=<x>",
            "cleanup: 5F9D195432C: message-id=<x@y>",
            "cleanup: 5F9D195432C: reject: header Subject: x from a[192.0.2.1]; from=<a@b> to=<c@d> proto=SMTP helo=<x>: 5.7.1 no",
            "cleanup: 6F9D195432C: message-id=<x@y>",
            "cleanup: 6F9D195432C: discard: header Subject: x from a[192.0.2.1]; from=<a@b> to=<c@d> proto=SMTP helo=<x>: gone",
            "cleanup: 7F9D195432C: message-id=<x@y>", "cleanup: 7F9D195432C: hold: header Subject: x from local; from=<a@b>: wait",
            "cleanup: 8F9D195432C: message-id=<>", "cleanup: 8F9D195432C: warning: header Subject: status=sent from local; from=<a@b>",
            "smtpd: NOQUEUE: milter-reject: RCPT from a[192.0.2.1]: 451 4.7.1 Service unavailable - try again later; from=<a@b> to=<c@d>",
            "smtpd: NOQUEUE: reject_warning: RCPT from a[192.0.2.1]: 554 5.7.1 x; from=<a@b>",
            "smtpd: NOQUEUE: filter: RCPT from a[192.0.2.1]: x",
            "smtpd: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 9F; from=<a@b>", "cleanup: 9F9D195432C: resent-message-id=<x>")
        account.expect("postfix_rejects_total", ["cleanup milter": 1, "cleanup other": 1, "smtpd milter": 1])
        #expect(account.value("postfix_cleanup_messages_rejected_total") == 2)
        #expect(account.value("postfix_cleanup_messages_processed_total") == 5)
        account.expect(
            "postfix_rule_actions_total",
            [
                "discard": 1, "hold": 1, "warn": 1, "reject_warning": 1, "filter": 1, "proxy_accept": 1,
            ])
        #expect(account.balance.refused == 2)
        #expect(account.balance.outcomes[.discarded] == 1)
        #expect(account.balance.held == 1)
        #expect(account.balance.discrepancy == 0)
        #expect(account.unknownLineSamples == [])
    }

    @Test("counts encrypted connections by protocol and cipher, and how servers are not reached")
    func connections() {
        let cipher = "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)"
        let account = MailLogAccount.postfix(
            "smtpd: Anonymous TLS connection established from a[192.0.2.1]: \(cipher) key-exchange X25519 server-signature RSA-PSS (2048 bits)",
            "smtpd: Anonymous TLS connection established from b[192.0.2.1]: \(cipher)",
            "smtp: Untrusted TLS connection established to a[192.0.2.1]:25: TLSv1.2 with cipher ECDHE-RSA-AES128-GCM-SHA256 (128/128 bits)",
            "smtp: Verified TLS connection reused to a[192.0.2.1]:25: \(cipher)", "smtp: connect to a[192.0.2.1]:25: Connection refused",
            "smtp: connect to a[192.0.2.1]:25: Connection timed out", "smtp: connect to a[2001:db8::1]:25: Network is unreachable",
            "smtp: 4F9D195432C: host a[192.0.2.1] said: 450 4.7.1 no (in reply to RCPT TO command)",
            "smtp: 4F9D195432C: host a[192.0.2.1] refused to talk to me: 554 no", "smtp: SSL_connect error to a[192.0.2.1]:25: -1",
            "smtp: 4F9D195432C: lost connection with a[192.0.2.1] while receiving the initial server greeting",
            "smtp: 4F9D195432C: conversation with a[192.0.2.1] timed out while sending RCPT TO",
            "smtp: 4F9D195432C: Cannot start TLS: handshake failure",
            "lmtp: connect to a[192.0.2.1]:24: Connection refused",
            "smtp: 4F9D195432C: enabling PIX workarounds: disable_esmtp delay_dotcrlf for a[192.0.2.1]:25")
        account.expect("postfix_smtpd_tls_connections_total", ["Anonymous TLSv1.3 TLS_AES_256_GCM_SHA384 256 256": 2])
        account.expect(
            "postfix_smtp_tls_connections_total",
            [
                "Untrusted TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 128 128": 1, "Verified TLSv1.3 TLS_AES_256_GCM_SHA384 256 256": 1,
            ])
        account.expect(
            "postfix_smtp_connection_failures_total",
            [
                "refused": 1, "timed_out": 1, "no_route": 1, "greeting_refused": 1, "lost_connection": 1, "conversation_timed_out": 1,
                "tls": 2,
            ])
        account.expect("postfix_lmtp_connection_failures_total", ["refused": 1])
        #expect(account.value("postfix_smtp_connection_timed_out_total") == 1)
        #expect(account.unknownLineSamples == [])
    }

    @Test("postscreen, bounce, master and the quiet programs are understood")
    func others() {
        let account = MailLogAccount.postfix(
            "postscreen: CONNECT from [192.0.2.1]:4711 to [192.0.2.2]:25", "postscreen: PASS NEW [192.0.2.1]:4711",
            "postscreen: PASS OLD [192.0.2.1]:4711", "postscreen: PREGREET 14 after 0.05 from [192.0.2.1]:4711: EHLO x\\r\\n",
            "postscreen: HANGUP after 0.4 from [192.0.2.1]:4711 in tests before SMTP handshake",
            "postscreen: DNSBL rank 6 for [192.0.2.1]:4711",
            "postscreen: NOQUEUE: reject: RCPT from [192.0.2.1]:4711: 550 5.7.1 Service unavailable; client [192.0.2.1] blocked using "
                + "zen.spamhaus.org; from=<a@b>, to=<c@d>, proto=ESMTP, helo=<x>",
            "postscreen: NOQUEUE: reject: CONNECT from [192.0.2.1]:4711: too many connections", "postscreen: DISCONNECT [192.0.2.1]:4711",
            "postscreen: cache btree:/var/lib/postfix/postscreen_cache full cleanup: retained=1 dropped=2 entries",
            "postscreen: WHITELISTED [192.0.2.1]:4711", "postscreen: COMMAND PIPELINING from [192.0.2.1]:4711 after DATA: x",
            "dnsblog: addr 192.0.2.1 listed by domain zen.spamhaus.org as 127.0.0.4", "tlsproxy: CONNECT from [192.0.2.1]:4711",
            "anvil: statistics: max connection rate 1/60s for (smtp:192.0.2.1) at Nov 21 10:00:00",
            "scache: statistics: start interval Nov 21",
            "bounce: 4F9D195432C: sender non-delivery notification: 5F9D195432C",
            "bounce: 4F9D195432C: sender delay notification: 6F9D195432C",
            "master: daemon started -- version 3.7.11, configuration /etc/postfix",
            "master: reload -- version 3.7.11, configuration /etc/postfix",
            "master: warning: service \"smtp\" (25) has reached its process limit \"100\": new clients may experience noticeable delays",
            "postfix-script: starting the Postfix mail system", "trivial-rewrite: table hash:/etc/postfix/x has changed -- restarting",
            "pickup: 4F9D195432D: uid=0 from=<root>", "qmgr: 4F9D195432D: skipped, still being delivered",
            "smtpd: fatal: no SASL authentication mechanisms", "cleanup: error: x", "smtp: panic: y")
        account.expect(
            "postfix_postscreen_events_total",
            [
                "connect": 1, "pass_new": 1, "pass_old": 1, "pregreet": 1, "hangup": 1, "dnsbl": 1, "reject": 2, "too_many_connections": 1,
                "disconnect": 1, "allowlisted": 1, "pipelining": 1,
            ])
        account.expect("postfix_rejects_total", ["postscreen blocklist": 1, "postscreen rate_limit": 1])
        #expect(account.value("postfix_bounce_non_delivery_notification_total") == 1)
        account.expect("postfix_master_events_total", ["started": 1, "reloaded": 1])
        account.expect("postfix_process_limit_reached_total", ["smtp": 1])
        account.expect("postfix_log_problems_total", ["master warning": 1, "smtpd fatal": 1, "cleanup error": 1, "smtp panic": 1])
        #expect(account.value("postfix_pickup_messages_total") == 1)
        #expect(account.unknownLineSamples == [])
        #expect(account.value("mail_log_understood_ratio") == 1)
    }

    @Test("every metric of closed labels is there at 0 from the start, and no name is used twice")
    func zeroes() {
        let families = MailLogAccount.reading("").families
        #expect(Set(families.map(\.name)).count == families.count)
        for family in families {
            #expect(!family.help.isEmpty)
            #expect(Set(family.points.map(\.labels)).count == family.points.count)
            for point in family.points where family.name != "mail_log_understood_ratio" {
                switch point.value {
                case .number(let number): #expect(number == 0)
                case .histogram(let histogram): #expect(histogram.count == 0)
                }
            }
        }
        let points = Dictionary(families.map { ($0.name, $0.points.count) }) { first, _ in first }
        #expect(points["postfix_deliveries_total"] == 50)
        #expect(points["postfix_rejects_total"] == 39)
        #expect(points["postfix_delivery_delay_seconds"] == 40)
        #expect(points["postfix_smtp_delivery_delay_seconds"] == 4)
        #expect(points["postfix_messages_ended_total"] == 11)
    }
}
