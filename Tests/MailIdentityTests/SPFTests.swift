import MailWire
import Testing

@testable import MailIdentity

@Suite("SPF")
struct SPFTests {
    @Test(
        "lets those send whom a mechanism names",
        arguments: [
            ("v=spf1 ip4:192.0.2.0/24 -all", SPFEvaluation.Outcome.pass), ("v=spf1 ip4:192.0.3.0/24 -all", .fail),
            ("v=spf1 ~all", .softfail), ("v=spf1 ?all", .neutral), ("v=spf1", .neutral), ("V=SPF1 +ALL", .pass),
            ("v=spf1 a:mail.example.test -all", .pass), ("v=spf1 a:mail.example.test/24 -all", .pass), ("v=spf1 mx -all", .pass),
            ("v=spf1 mx/24//64 -all", .pass), ("v=spf1 include:net.test -all", .pass), ("v=spf1 include:other.test -all", .fail),
            ("v=spf1 redirect=net.test", .pass), ("v=spf1 exists:%{ir}.allowed.test -all", .pass),
            ("v=spf1 exists:%{i}.%{d2}._x -all", .fail), ("v=spf1 ptr:example.test -all", .pass),
            ("v=spf1 unknown=x ip4:192.0.2.1 -all", .pass),
            ("v=spf1 ip6:2001:db8::/32 -all", .fail), ("", .none), ("v=spf10 -all", .none),
        ])
    func outcomes(record: String, outcome: SPFEvaluation.Outcome) {
        #expect(Self.zone(record).spf("192.0.2.1")?.outcome == outcome)
    }

    @Test("takes addresses of IPv6")
    func sixth() {
        #expect(Self.zone("v=spf1 ip6:2001:db8::/33 -all").spf("2001:db8:7fff::1")?.outcome == .pass)
        #expect(Self.zone("v=spf1 ip6:2001:db8::/33 -all").spf("2001:db8:8000::1")?.outcome == .fail)
        #expect(Self.zone("v=spf1 exists:%{ir}.%{v}.test -all").spf("2001:db8::1")?.outcome == .fail)
    }

    @Test(
        "makes verifiers give up",
        arguments: [
            "v=spf1 ipv4:192.0.2.1 -all", "v=spf1 ip4:192.0.2.1/33", "v=spf1 ip4:2001:db8::1", "v=spf1 include: -all", "v=spf1 all:x",
            "v=spf1 a:/24", "v=spf1 mx/x", "v=spf1 include:nothing.test -all", "v=spf1 redirect=nothing.test", "v=spf1 exists:%{z} -all",
            "v=spf1 exists:%{i -all", "v=spf1 include:loop.test -all", "v=spf1 a:n1.test a:n2.test a:n3.test -all",
            "v=spf1 ip4:192.0.2.999 -all", "v=spf1 redirect=a.test redirect=b.test", "v=spf1 include:two.test -all",
        ])
    func permanentErrors(record: String) {
        guard case .permanentError = Self.zone(record).spf("192.0.2.1")?.outcome else {
            Issue.record("\(record): \(String(describing: Self.zone(record).spf("192.0.2.1")))")
            return
        }
    }

    @Test("waits for answers that are missing, and does not judge without them")
    func unknown() {
        var zone = Self.zone("v=spf1 include:net.test -all")
        zone.failing = ["net.test TXT"]
        #expect(zone.spf("192.0.2.1")?.outcome == .unknown)
        #expect(zone.spf("192.0.2.1").flatMap(\.count) == nil)
    }

    @Test(
        "costs a lookup for each mechanism that asks names, inside others too",
        arguments: [
            ("v=spf1 ip4:192.0.2.1 -all", 0), ("v=spf1 a mx ptr exists:x.test -all", 4), ("v=spf1 include:nested.test -all", 4),
            ("v=spf1 redirect=nested.test", 4), ("v=spf1 -all redirect=nested.test", 0),
        ])
    func lookups(record: String, count: Int) {
        #expect(Self.zone(record).spf("192.0.2.1")?.count == count)
    }

    @Test("that includes itself is counted to an end")
    func loop() {
        #expect((Self.zone("v=spf1 include:loop.test -all").spf("192.0.2.1")?.count ?? 0) > 10)
    }

    @Test(
        "that is longer than any honest record is refused, whatever it is made of",
        arguments: [
            "exists:%{i}.", "%{s}", "exists:%{ir}%%%_%-", "include:loop.test ", "a ", "ip4:192.0.2.1 ", ".", "e\u{301}", "%{", "redirect=",
        ])
    func tooLong(part: String) {
        let record = "v=spf1 " + String(repeating: part, count: 61_440 / part.utf8.count) + " -all"
        guard case .permanentError(let reason) = Self.zone(record).spf("192.0.2.1")?.outcome else {
            Issue.record("it was taken")
            return
        }
        #expect(reason.contains("\(record.utf8.count) bytes"))
    }

    @Test("takes records of 4 KiB, and none of a byte more")
    func longest() {
        let network = " ip4:192.0.2.1"
        let padding = String(repeating: "x", count: SPFRecord.sizeLimit - "v=spf1 x=".count - network.utf8.count)
        #expect(Self.zone("v=spf1 x=\(padding)\(network)").spf("192.0.2.1")?.outcome == .pass)
        guard case .permanentError = Self.zone("v=spf1 x=x\(padding)\(network)").spf("192.0.2.1")?.outcome else {
            Issue.record("it was taken")
            return
        }
    }

    @Test("cuts names that are too long between their labels, from the left")
    func longNames() throws {
        let macro = SPFMacro(address: try #require(InternetAddress("192.0.2.1")), sender: "example.test", domain: "example.test")
        let labels = String(repeating: "abc.", count: 62) + "abcde"
        #expect(labels.utf8.count == 253)
        #expect(try macro.expand(labels) == labels)
        #expect(try macro.expand("x." + labels) == labels)
        #expect(try macro.expand("x" + labels) == String(labels.dropFirst(4)))
        #expect(try macro.expand(labels + "." + labels + ".") == String((labels + ".").dropFirst(4).dropLast()))
        #expect(
            try macro.expand(String(repeating: "%{d}.", count: 12_000) + "end") == String(repeating: "example.test.", count: 19) + "end")
        for nothing in [
            ".", String(repeating: "x", count: 254), String(repeating: "x", count: 20_000), String(repeating: "x", count: 300) + ".",
        ] {
            #expect(throws: RecordFault.self) { try macro.expand(nothing) }
        }
    }

    private static func zone(_ record: String) -> Zone {
        Zone(records: [
            "example.test TXT": [record, "another text"], "mail.example.test A": ["192.0.2.1"], "example.test MX": ["10 mail.example.test"],
            "net.test TXT": ["v=spf1 ip4:192.0.2.0/28 -all"], "other.test TXT": ["v=spf1 ip4:198.51.100.0/24 -all"],
            "two.test TXT": ["v=spf1 -all", "v=spf1 ~all"], "1.2.0.192.allowed.test A": ["127.0.0.2"],
            "1.2.0.192.in-addr.arpa PTR": ["mail.example.test"], "loop.test TXT": ["v=spf1 include:loop.test -all"],
            "nested.test TXT": ["v=spf1 include:deeper.test a -all"], "deeper.test TXT": ["v=spf1 mx -all"],
        ])
    }
}
