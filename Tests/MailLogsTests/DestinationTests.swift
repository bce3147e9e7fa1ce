import MailLogs
import Testing

@Suite("Destinations")
struct DestinationTests {
    @Test("that do not fit are summed, the sums stay exact, and the heavy ones are kept")
    func bounded() {
        var limits = MailLogLimits()
        limits.destinations = 20
        var account = MailLogAccount.reading("", limits: limits)
        for number in 0..<2000 {
            let domain = number % 2 == 0 ? "heavy-\(number % 10).example" : "once-\(number).example"
            let status = number % 5 == 1 ? "bounced" : "sent"
            account.takePostfix("smtp: 4F9D195432C: to=<a@\(domain)>, relay=none, delay=1, delays=0/0/1/0, dsn=5.1.1, status=\(status) (x)")
        }
        let found = account.destinations
        #expect(found.count == 21)
        let delivered = found.map(\.delivered).reduce(0, +)
        let bounced = found.map(\.bounced).reduce(0, +)
        let unknown = found.compactMap { $0.reasons[.unknownRecipient]?.count }.reduce(0, +)
        #expect([delivered, bounced, unknown] == [1600, 400, 400])
        for heavy in stride(from: 0, to: 10, by: 2) {
            let one = found.first { $0.domain == "heavy-\(heavy).example" }
            let all = one.map { $0.delivered + $0.bounced }
            #expect(all == 200)
        }
    }

    @Test("have names and words that cannot control a terminal, and no two have one name")
    func hostileNames() {
        let account = MailLogAccount.postfix(
            "smtp: 4F9D195432C: to=<a@b\u{1}c>, relay=none, delay=1, delays=0/0/1/0, dsn=4.0.0, status=deferred (no\u{1B}[2J\u{202E}way)",
            "smtp: 4F9D195432D: to=<a@b\u{2}c>, relay=none, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (x)",
            "smtp: 4F9D195432E: to=<a@b%01c>, relay=none, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (x)",
            "smtp: 4F9D195432F: to=<a@m\u{FC}ll.example>, relay=none, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (x)")
        #expect(Set(account.destinations.map(\.domain)) == ["b%01c", "b%02c", "b%2501c", "m\u{FC}ll.example", "other"])
        let texts = account.destinations.flatMap { $0.reasons.values.map(\.lastText) }
        #expect(texts.count == 1)
        #expect(texts.allSatisfy { $0.contains("no [2J way") })
    }

    @Test("are never taken for the rest, whatever they are called")
    func other() {
        let account = MailLogAccount.postfix(
            "smtp: 4F9D195432C: to=<a@other>, relay=none, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (x)")
        #expect(account.destinations.map(\.domain) == ["other.", "other"])
        #expect(account.destinations.map(\.delivered) == [1, 0])
    }
}
