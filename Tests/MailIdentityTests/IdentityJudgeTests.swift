import MailWire
import Testing

@testable import MailIdentity

@Suite("The identity of a domain")
struct IdentityJudgeTests {
    private static let leaf = IdentityCertificate(bytes: [1, 2, 3], publicKey: [2])

    private static let identity = MailIdentity(
        domain: "example.test", selectors: ["s1"],
        outboundAddresses: [InternetAddress("198.51.100.1"), InternetAddress("2001:db8::1")].compactMap { $0 })

    private static var good: Zone {
        let digest = TLSARecord(usage: 3, selector: 1, matching: 1, data: [])
        let association = TLSARecord(usage: 3, selector: 1, matching: 1, data: digest.association(with: leaf))
        return Zone(
            records: [
                "example.test MX": ["10 mx1.example.test"], "mx1.example.test A": ["192.0.2.1"],
                "1.100.51.198.in-addr.arpa PTR": ["out.example.test"], "out.example.test A": ["198.51.100.1"],
                "out.example.test AAAA": ["2001:db8::1"],
                (InternetAddress("2001:db8::1")?.reverseName ?? "") + " PTR": ["out.example.test"],
                "example.test TXT": ["v=spf1 ip4:198.51.100.1 ip6:2001:db8::1 -all"],
                "s1._domainkey.example.test TXT": ["v=DKIM1; k=rsa; p=\(SampleKeys.rsa2048)"],
                "_dmarc.example.test TXT": ["v=DMARC1; p=reject"], "_mta-sts.example.test TXT": ["v=STSv1; id=1"],
                "_25._tcp.mx1.example.test TLSA": ["\(association)"],
                "_smtp._tls.example.test TXT": ["v=TLSRPTv1; rua=mailto:tls@example.test"],
            ], policy: "version: STSv1\nmode: enforce\nmx: mx1.example.test\nmax_age: 86400\n", chain: [leaf])
    }

    @Test("is right when everything is published as it should be")
    func good() {
        let judgement = Self.good.judgement(of: Self.identity)
        #expect(judgement.verdicts.filter { !$0.isGood } == [])
        #expect(Set(judgement.verdicts.map(\.check)) == Set(IdentityCheck.allCases))
        #expect(judgement.unanswered == [])
        #expect(judgement.dmarc?.policy == .reject)
        #expect(judgement.mtaSTS?.mode == .enforce)
    }

    @Test("of a domain that has no name is wrong, and no more", arguments: ["", ".", "..", "test"])
    func namelessDomain(domain: String) {
        let judgement = Zone().judgement(of: MailIdentity(domain: domain, selectors: [], outboundAddresses: []))
        #expect(judgement.verdicts.contains { $0.check == .dmarcPublished && !$0.isGood })
    }

    @Test(
        "tells each fault, what was found and what to write",
        arguments: [
            ("example.test MX", [], IdentityCheck.mxPublished, "write example.test. MX 10"),
            ("example.test MX", ["0 ."], .mxPublished, "no MX record that names a host"),
            ("example.test MX", ["10 192.0.2.1"], .mxResolves, "found an address"),
            ("mx1.example.test A", [], .mxResolves, "found neither A nor AAAA"),
            ("1.100.51.198.in-addr.arpa PTR", [], .ptrPublished, "write 1.100.51.198.in-addr.arpa. PTR"),
            ("out.example.test A", ["198.51.100.2"], .ptrConfirmed, "write out.example.test. A 198.51.100.1"),
            ("example.test TXT", [], .spfPublished, "v=spf1 ip4:198.51.100.1 ip6:2001:db8::1 -all"),
            ("example.test TXT", ["v=spf1 -all", "v=spf1 ~all"], .spfPublished, "found 2 SPF records"),
            ("example.test TXT", ["v=spf1 ip4:x -all"], .spfValid, "\"ip4:x\" is no mechanism"),
            ("example.test TXT", ["v=spf1 +all"], .spfValid, "found +all"),
            ("example.test TXT", ["v=spf1 include:nothing.test -all"], .spfValid, "verifiers give up"),
            ("example.test TXT", ["v=spf1 ip4:198.51.100.0/24 -all"], .spfCovers, "write ip6:2001:db8::1"),
            ("example.test TXT", ["v=spf1 a a a a a a a a a a a -all"], .spfLookups, "found 11 lookups"),
            ("s1._domainkey.example.test TXT", [], .dkimPublished, "write s1._domainkey.example.test. TXT"),
            ("s1._domainkey.example.test TXT", ["v=DKIM1; p="], .dkimValid, "revoked"),
            ("_dmarc.example.test TXT", [], .dmarcPublished, "write _dmarc.example.test. TXT"),
            ("_dmarc.example.test TXT", ["v=DMARC1"], .dmarcValid, "no policy"),
            ("_mta-sts.example.test TXT", [], .mtaSTSPublished, "leave mta_sts out"),
            ("_25._tcp.mx1.example.test TLSA", [], .tlsaPublished, "found no TLSA record"),
            ("_25._tcp.mx1.example.test TLSA", ["1 1 1 00"], .tlsaPublished, "means nothing to mail servers"),
            ("_25._tcp.mx1.example.test TLSA", ["3 1 0 ff"], .tlsaMatches, "write _25._tcp.mx1.example.test. TLSA 3 1 1 dbc1b4c9"),
            ("_smtp._tls.example.test TXT", [], .tlsReportPublished, "v=TLSRPTv1; rua="),
        ])
    func faults(key: String, records: [String], check: IdentityCheck, text: String) {
        var zone = Self.good
        zone.records[key] = records
        let judgement = zone.judgement(of: Self.identity)
        let fault = judgement.verdicts.first { $0.check == check && !$0.isGood }?.fault
        #expect(fault?.contains(text) == true, "\(String(describing: fault))")
        #expect(judgement.unanswered == [])
    }

    @Test("sees aliases, unsigned answers and policies that cannot be had")
    func otherFaults() {
        var zone = Self.good
        zone.aliases = ["mx1.example.test"]
        zone.isSigned = false
        zone.policy = nil
        let bad = zone.judgement(of: Self.identity).verdicts.filter { !$0.isGood }
        #expect(bad.map(\.check) == [.mxResolves, .mtaSTSPolicy, .tlsaSigned])
        #expect(bad[1].fault?.contains("HTTP status 404") == true)
    }

    @Test("does not judge what depends on an answer that is not there")
    func unanswered() {
        var zone = Self.good
        zone.failing = ["example.test TXT", "mx1.example.test AAAA"]
        zone.chain = []
        let judgement = zone.judgement(of: Self.identity)
        #expect(judgement.verdicts.allSatisfy { $0.isGood })
        #expect(Set(judgement.verdicts.map(\.check)).isDisjoint(with: [.spfPublished, .spfCovers, .mxResolves, .tlsaMatches]))
        #expect(judgement.unanswered.count == 3)
    }

    @Test("looks at each mail exchanger once, the most preferred first")
    func duplicates() {
        var zone = Self.good
        zone.records["example.test MX"] = ["20 mx2.example.test", "10 mx1.example.test", "30 MX1.example.test"]
        let hosts = zone.judgement(of: Self.identity).verdicts.filter { $0.check == .mxResolves }.map(\.subject)
        #expect(hosts == ["mx1.example.test", "mx2.example.test"])
    }

    @Test("holds nothing in its sentences that could be taken for another line of a log")
    func hostileTexts() {
        var zone = Self.good
        zone.records["example.test TXT"] = ["v=spf1 include:a\nWARNING\u{1B}[2J.test x\u{0} -all"]
        zone.records["s1._domainkey.example.test TXT"] = ["v=DKIM1; k=x\ny; p=AAAA"]
        zone.records["_dmarc.example.test TXT"] = ["v=DMARC1; p=\r\nnone"]
        for verdict in zone.judgement(of: Self.identity).verdicts {
            #expect(verdict.fault?.unicodeScalars.allSatisfy { $0.value >= 32 } ?? true)
        }
    }

    @Test("takes the DMARC record of the domain above")
    func parents() {
        var zone = Self.good
        zone.records["_dmarc.a.b.example.test TXT"] = []
        let judgement = zone.judgement(
            of: MailIdentity(domain: "a.b.example.test", selectors: [], outboundAddresses: [], subjects: [.dmarc]))
        #expect(judgement.verdicts.map(\.check) == [.dmarcPublished, .dmarcValid])
        #expect(judgement.verdicts.allSatisfy { $0.isGood })
    }

    @Test("asks nothing about subjects that are left out")
    func subjects() {
        let identity = MailIdentity(domain: "example.test", selectors: [], outboundAddresses: [], subjects: [.tlsReport])
        #expect(IdentityJudge(identity).judgement(by: [:]).missing == [.records(name: "_smtp._tls.example.test", type: .txt)])
    }
}
