// fuzz: module MailLogs Sources/MailLogs
import MailLogs

/// Logs of mail servers: any bytes are taken, and taken alike in one piece or in many; the ledger is always balanced; what was stored is
/// restored as it was. The first byte says how long the pieces are, and whether the rest goes behind a header.
enum FuzzTarget: Fuzzing {
    private static let header = "Nov 21 11:59:59 mx1 postfix/"

    static let seeds: [[UInt8]] = [
        [7]
            + Array(
                "Nov 21 11:59:59 mx1 postfix/smtpd[1]: connect from a[192.0.2.1]\n<22>1 2026-11-21T12:00:00.1Z h postfix/qmgr 1 - [a b=\"c\"] x\n"
                    .utf8),
        [5]
            + Array(
                "2026-11-21T12:00:00+01:00 h postfix/smtpd[1]: NOQUEUE: reject: RCPT from a[1]: 554 5.7.1 <a@b>: x; from=<c> to=<d>\n".utf8),
        [5]
            + Array(
                ("Nov 21 11:59:59 h dovecot: imap-login: Login: user=<a>, method=PLAIN, TLS\n2026-11-21 12:00:00 1abcDE-0001Ab-CD <= a@b A=plain:x\n"
                    + "2026-11-21 12:00:00 1abcDE-0001Ab-CD == c@d R=x T=y defer (-44): SMTP error from remote: 451 4.7.1 x\n"
                    + "2026-11-21 12:00:00 1abcDE-0001Ab-CD => c <c@d> R=x QT=1m2s\n2026-11-21 12:00:00 1abcDE-0001Ab-CD Completed\n"
                    + "Nov 21 11:59:59 h dovecot: imap(a)<1><b>: Disconnected: Logged out in=1 out=2\n").utf8),
        lines(
            "smtpd[1]: 4F9D195432C: client=a[192.0.2.1], sasl_method=PLAIN, sasl_username=x", "cleanup[1]: 4F9D195432C: message-id=<x@y>",
            "qmgr[1]: 4F9D195432C: from=<s@x.example>, size=900, nrcpt=1 (queue active)",
            "smtp[1]: 4F9D195432C: to=<a@b.example>, orig_to=<c@d>, relay=b[192.0.2.1]:25, conn_use=2, delay=1.5, delays=1/0.1/0.2/0.2, "
                + "dsn=4.7.1, status=deferred (host b said: 451 Greylisted a@b.example)", "qmgr[1]: 4F9D195432C: removed"),
        lines(
            "cleanup[1]: 4F9D195432C: message-id=<postwatch.0a-1@x>", "cleanup[1]: 4F9D195432C: hold: header x: y",
            "smtp[1]: 4F9D195432C: to=<a@b.example>, relay=b[192.0.2.1]:25, delay=1.5, delays=1/0.1/0.2/0.2, dsn=2.0.0, "
                + "status=sent (250 2.0.0 Ok: queued as 3F2A1)", "qmgr[1]: 4F9D195432C: removed"),
        [5]
            + Array(
                ("Nov 21 11:59:59 h dovecot: lmtp(a)<1><b:2>: msgid=<postwatch.0a-1@x>: saved mail to INBOX\n"
                    + "2026-11-21 12:00:00 1abcDE-0001Ab-CD <= a@b U=x id=postwatch.0a-2@x\n"
                    + "2026-11-21 12:00:00 1abcDE-0001Ab-CD => c <c@d> H=e [1] C=\"250 OK id=1abcDE-0001Ab-CE\" QT=9w DT=9w\n").utf8),
        lines(
            #"smtp[1]: 4bXk7j2NzZz1n9: to=<"x>, relay=y"@b>, relay=none, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (x)"#,
            "smtpd[1]: disconnect from a[1] ehlo=1 rcpt=0/1 commands=1/2", "smtpd[1]: warning: a[1]: SASL LOGIN authentication failed: x",
            "cleanup[1]: 4F9D195432C: milter-reject: DATA from a[1]: 5.7.1 x; from=<a>", "postsuper[1]: 4F9D195432C: requeued",
            "postscreen[1]: PREGREET 9 after 0 from [1]:2: x", "smtp[1]: connect to a[1]:25: Connection refused",
            "smtpd[1]: Anonymous TLS connection established from a[1]: TLSv1.3 with cipher X (256/256 bits)"),
    ]

    static func run(_ input: UnsafeRawBufferPointer) {
        let bytes = text(input)
        let size = Int((input.first ?? 0) >> 1) + 1
        var limits = MailLogLimits()
        limits.messages = 8
        limits.domains = 6
        limits.destinations = 4
        limits.hosts = 3
        limits.programs = 8
        limits.instances = 2
        let calendar = LogCalendar(reference: 1_795_262_400)
        var whole = MailLogAccount(calendar: calendar, limits: limits, seed: 1)
        let consumed = bytes.withUnsafeBytes { whole.take($0) }
        precondition(consumed == (bytes.lastIndex(of: 10) ?? -1) + 1)

        var cut = MailLogAccount(calendar: calendar, limits: limits, seed: 2)
        var rest: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            rest += bytes[start..<min(start + size, bytes.count)]
            rest.removeFirst(rest.withUnsafeBytes { cut.take($0) })
        }
        precondition(cut.balance.discrepancy == 0 && cut.balance(of: .exim).discrepancy == 0)
        let stored = whole.encoded()
        precondition(stored == cut.encoded(), "cut otherwise, counted otherwise")
        precondition(whole.takeTraces() == cut.takeTraces(), "cut otherwise, traced otherwise")
        precondition(whole.lostMessages == cut.lostMessages && whole.unknownLineSamples == cut.unknownLineSamples)

        guard let restored = try? MailLogAccount(decoding: stored, calendar: calendar, limits: limits) else {
            preconditionFailure("stored, and not restored")
        }
        precondition(restored.encoded() == stored && restored.balance == whole.balance)
        // What was passed on before is passed on again.
        var again = restored
        precondition(again.takeTraces().count >= whole.takeTraces().count)
        // Slow, and the same wherever what is stored is the same: for some inputs only.
        if input.count % 16 == 0 { precondition(restored.families == whole.families && restored.destinations == whole.destinations) }
        _ = whole.compare(withQueue: QueueIDList(["4F9D195432C"]), host: nil, instance: "postfix", at: whole.newestMoment + 61)
        _ = whole.compare(withQueue: QueueIDList(), host: nil, instance: "postfix", at: whole.newestMoment + 61)
        precondition(whole.balance.discrepancy == 0)
        _ = try? MailLogAccount(decoding: Array(input), calendar: calendar, limits: limits)
    }

    // MARK: - Private

    private static func text(_ input: UnsafeRawBufferPointer) -> [UInt8] {
        guard let first = input.first else { return [] }
        let bytes = Array(input.dropFirst())
        if first & 1 == 1 { return bytes }
        return bytes.split(separator: 10, omittingEmptySubsequences: false).flatMap { Array(header.utf8) + $0 + [10] }
    }

    private static func lines(_ lines: String...) -> [UInt8] {
        [80] + Array(lines.joined(separator: "\n").utf8)
    }
}
