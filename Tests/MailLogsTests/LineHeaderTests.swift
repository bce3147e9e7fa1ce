import MailLogs
import Testing

@Suite("The header of a line")
struct LineHeaderTests {
    private static let message = "postfix/smtpd[77]: connect from a.example[192.0.2.1]"

    @Test(
        "is read in every form that syslog has",
        arguments: [
            "Nov 21 11:59:59 mx1 \(message)", "Nov  1 11:59:59 mx1 \(message)", "<22>Nov 21 11:59:59 mx1 \(message)",
            "2026-11-21T11:59:59.123456+00:00 mx1 \(message)", "2026-11-21T12:59:59+01:00 mx1 \(message)",
            "2026-11-21T11:59:59Z mx1 \(message)",
            "<22>2026-11-21T11:59:59.1Z mx1 \(message)", "2026-11-21 11:59:59,123 mx1 \(message)",
            "<22>1 2026-11-21T11:59:59.123Z mx1 postfix/smtpd 77 - - connect from a.example[192.0.2.1]",
            "<22>1 2026-11-21T11:59:59.123Z mx1 postfix/smtpd 77 ID47 [x@1 a=\"b\\\"]\"][y] \u{FEFF}connect from a.example[192.0.2.1]",
            "1 - mx1 postfix/smtpd - - - connect from a.example[192.0.2.1]",
            "Nov 21 11:59:59 mx1 postfix/smtpd: connect from a.example[192.0.2.1]\r",
        ])
    func forms(line: String) {
        let account = MailLogAccount.reading(line)
        #expect(account.value("postfix_smtpd_connects_total") == 1)
        #expect(account.understoodLineCount == 1)
    }

    @Test(
        "says when the line was written",
        arguments: [
            ("Nov 21 11:59:59", MailLogAccount.noon - 1), ("Nov 22 11:59:59", MailLogAccount.noon + 86_399),
            // More than a day ahead is of last year.
            ("Nov 22 12:00:01", MailLogAccount.noon + 86_401 - 365 * 86_400), ("Dec 31 00:00:00", 1_767_139_200),
            ("Feb 29 12:00:00", 1_709_208_000), ("2026-11-21T12:00:00.9+02:00", MailLogAccount.noon - 7200),
            ("2026-11-21T12:00:00-01:30", MailLogAccount.noon + 5400), ("1970-01-01T00:00:07Z", 7),
        ])
    func moment(stamp: String, seconds: Int64) {
        #expect(MailLogAccount.reading("\(stamp) mx1 \(Self.message)").newestMoment == seconds)
    }

    @Test("takes a year change in its stride")
    func yearChange() {
        // 2027-01-01T00:00:10Z.
        var account = MailLogAccount(calendar: LogCalendar(reference: 1_798_761_610))
        account.take(text: "Dec 31 23:59:59 mx1 \(Self.message)\n")
        #expect(account.newestMoment == 1_798_761_599)
        account.take(text: "Jan  1 00:00:01 mx1 \(Self.message)\n")
        #expect(account.newestMoment == 1_798_761_601)
        // A clock that is a little ahead of the reference, seen from the old year.
        account.calendar = LogCalendar(reference: 1_798_761_590)
        account.take(text: "Jan  1 00:00:02 mx1 \(Self.message)\n")
        #expect(account.newestMoment == 1_798_761_602)
    }

    @Test("is in local time where it has no zone")
    func localTime() {
        // East of Greenwich by an hour in winter, by two from 2026-03-29T01:00:00Z to 2026-10-25T01:00:00Z.
        let calendar = LogCalendar(reference: MailLogAccount.noon) { $0 >= 1_774_746_000 && $0 < 1_792_890_000 ? 7200 : 3600 }
        var account = MailLogAccount(calendar: calendar)
        account.take(text: "Nov 21 12:00:00 mx1 \(Self.message)\n")
        #expect(account.newestMoment == MailLogAccount.noon - 3600)
        account.take(text: "Jul  1 12:00:00 mx1 \(Self.message)\n")
        #expect(account.newestMoment == 1_782_900_000)
    }

    @Test(
        "is missed where there is none, and the line is kept",
        arguments: [
            "", " ", "hello", "Nov 21", "Nov 21 11:59:59", "Nov 21 11:59:59 mx1", "Nov 32 11:59:59 mx1 x: y", "<22", "<22>1 x", "2026",
        ])
    func none(line: String) {
        let account = MailLogAccount.reading(line)
        #expect(account.understoodLineCount == 0)
        #expect(account.lineCount == (line.isEmpty ? 0 : 1))
        #expect(account.unknownLineSamples == (line.isEmpty ? [] : [line]))
        #expect(account.value("mail_log_understood_ratio") == (line.isEmpty ? 1 : nil))
    }

    @Test("names instances, services and programs")
    func tags() {
        var account = MailLogAccount.reading(
            """
            Nov 21 11:00:00 mx1 postfix/submission/smtpd[1]: connect from a[192.0.2.1]
            Nov 21 11:00:00 mx1 postfix-out/smtp[1]: 4AAAAAAAAA: to=<a@b.example>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (x)
            Nov 21 11:00:00 mx1 postfix/relay/smtp[1]: warning: something
            Nov 21 11:00:00 mx1 sshd[1]: Accepted publickey
            Nov 21 11:00:00 mx1 postfix/submission/smtpd[1]: gibberish
            """)
        #expect(account.value("postfix_smtpd_connects_total") == 1)
        account.expect("postfix_smtp_messages_processed_total", ["deferred": 1])
        account.expect("postfix_log_problems_total", ["relay/smtp warning": 1])
        account.expect("postfix_unsupported_log_entries_total", ["submission/smtpd info": 1])
        account.expect("mail_log_lines_unknown_total", ["foreign": 1, "postfix": 1])
        account.expect("mail_log_understood_ratio", ["": 0.75])
        #expect(account.unknownLineSamples == ["Nov 21 11:00:00 mx1 postfix/submission/smtpd[1]: gibberish"])
        // The same id on another instance is another message.
        account.take(text: "Nov 21 11:00:01 mx1 postfix/qmgr[1]: 4AAAAAAAAA: removed\n")
        #expect(account.balance.deferred == 1)
    }

    @Test("of endless names of programs and hosts costs a bounded number of them")
    func manyNames() {
        var limits = MailLogLimits()
        limits.programs = 3
        limits.hosts = 2
        let lines = (0..<50).map { "Nov 21 11:00:00 host\($0) postfix\($0)/smtpd[1]: connect from a[192.0.2.1]" }
        #expect(MailLogAccount.reading(lines.joined(separator: "\n"), limits: limits).value("postfix_smtpd_connects_total") == 50)
    }

    @Test("that stands for many equal ones counts for all of them")
    func repeated() {
        let account = MailLogAccount.postfix(
            "smtpd: message repeated 3 times: [ connect from a[192.0.2.1]]",
            "smtpd: message repeated 2 times: [warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: x]",
            "smtpd: message repeated 999999999999 times: [ disconnect from a[192.0.2.1]]")
        #expect(account.value("postfix_smtpd_connects_total") == 3)
        #expect(account.value("postfix_smtpd_sasl_authentication_failures_total") == 2)
        #expect(account.value("postfix_smtpd_disconnects_total") == 10_000)
        #expect(account.understoodLineCount == 3)
    }
}
