import MailWire
import Testing

@testable import MailIdentity

@Suite("What a domain publishes")
struct RecordTests {
    @Test("is a list of tags, or not")
    func tagLists() {
        #expect(TagList(" v=DKIM1; k = rsa ;p=a=b;")?.tags.map(\.name) == ["v", "k", "p"])
        #expect(TagList("v=DKIM1; k = rsa")?["k"] == "rsa")
        #expect(TagList("p=a=b")?["p"] == "a=b")
        for text in ["v", "=x", "v=1; v=2", "v=1; x"] { #expect(TagList(text) == nil, "\(text)") }
    }

    @Test("DKIM keys of enough bits are taken")
    func keys() throws {
        #expect(try DKIMKeyRecord("v=DKIM1; k=rsa; p=\(SampleKeys.rsa2048)").key == .rsa(bits: 2048))
        #expect(try DKIMKeyRecord("p=\(SampleKeys.rsa2048)").key == .rsa(bits: 2048))
        let ed = try DKIMKeyRecord("v=DKIM1; k=ed25519; t=s:y; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
        #expect(ed.key == .ed25519)
        #expect(ed.isTesting)
    }

    @Test(
        "DKIM keys that no verifier takes",
        arguments: [
            ("v=DKIM1; k=rsa", "no public key"), ("v=DKIM1; p=", "revoked"), ("v=DKIM2; p=AA==", "v= must be DKIM1"),
            ("k=rsa; v=DKIM1; p=AA==", "come first"), ("v=DKIM1; p=????", "not base64"), ("v=DKIM1; p=AAAA", "no RSA key"),
            ("v=DKIM1; k=dsa; p=AAAA", "k=dsa"), ("v=DKIM1; s=tlsrpt; p=AAAA", "does not allow mail"),
            ("v=DKIM1; h=sha1; p=AAAA", "does not allow sha256"), ("v=DKIM1; k=ed25519; p=AAAA", "3 bytes"), ("hello", "no list"),
            ("v=DKIM1; p=\(SampleKeys.rsa512)", "512 bits"), ("v=DKIM1; p=MIIB", "no RSA key"),
        ])
    func badKeys(text: String, reason: String) {
        let fault = #expect(throws: RecordFault.self) { try DKIMKeyRecord(text) }
        #expect(fault?.description.contains(reason) == true, "\(String(describing: fault))")
    }

    @Test("DMARC policies")
    func dmarc() throws {
        let record = try DMARCRecord("v=DMARC1; p=Reject; sp=none; pct=50; rua=mailto:a@example.test,mailto:b@example.test")
        #expect(record.policy == .reject)
        #expect(record.subdomainPolicy == .none)
        #expect(record.percentage == 50)
        #expect(record.reports.count == 2)
        #expect(try DMARCRecord("v=DMARC1;p=quarantine").subdomainPolicy == .quarantine)
        for text in [
            "v=DMARC1", "v=DMARC1; p=maybe", "p=none; v=DMARC1", "v=DMARC1; p=none; pct=101", "v=DMARC1; p=none; rua=a@example.test",
            "v=DMARC1; p=none; adkim=x", "",
        ] {
            #expect(throws: RecordFault.self, "\(text)") { try DMARCRecord(text) }
        }
        #expect(DMARCRecord.isMeant("v = DMARC1 ; p=none"))
        #expect(!DMARCRecord.isMeant("v=DMARC11; p=none"))
    }

    @Test("MTA-STS policies")
    func policies() throws {
        let policy = try MTASTSPolicy("version: STSv1\r\nmode: enforce\r\nmx: mx1.example.test\r\nmx: *.example.net\r\nmax_age: 86400\r\n")
        #expect(policy.mode == .enforce)
        #expect(policy.covers("MX1.example.test"))
        #expect(policy.covers("a.example.net"))
        for host in ["example.net", "a.b.example.net", "mx2.example.test", "net"] { #expect(!policy.covers(host), "\(host)") }
        for text in [
            "", "version: STSv1\nmode: enforce\nmax_age: 1", "version: STSv2\nmode: none\nmax_age: 1",
            "version: STSv1\nmode: on\nmax_age: 1\nmx: a",
            "version: STSv1\nmode: enforce\nmx: a\nmax_age: 31557601", "<html>", "version: STSv1\nmode: testing\nmx: a",
        ] {
            #expect(throws: RecordFault.self, "\(text)") { try MTASTSPolicy(text) }
        }
        #expect(try MTASTSPolicy.identifier(of: "v=STSv1; id=20261128T10;") == "20261128T10")
        for text in ["v=STSv1", "v=STSv1; id=", "v=STSv1; id=a-b", "id=1; v=STSv1"] {
            #expect(throws: RecordFault.self, "\(text)") { try MTASTSPolicy.identifier(of: text) }
        }
    }

    @Test("TLS-RPT addresses")
    func reports() throws {
        #expect(try TLSReportRecord("v=TLSRPTv1; rua=mailto:a@example.test,https://r.example/x").reports.count == 2)
        for text in ["v=TLSRPTv1", "v=TLSRPTv1; rua=", "v=TLSRPTv1; rua=ftp://x", "rua=mailto:a@b"] {
            #expect(throws: RecordFault.self, "\(text)") { try TLSReportRecord(text) }
        }
    }

    @Test("TLSA records are what a server shows, or not")
    func associations() {
        let leaf = IdentityCertificate(bytes: [1, 2, 3], publicKey: [2])
        let issuer = IdentityCertificate(bytes: [4, 5], publicKey: [5])
        let chain = [leaf, issuer]
        for selector: UInt8 in 0...1 {
            for matching: UInt8 in 0...2 {
                let own = TLSARecord(usage: 3, selector: selector, matching: matching, data: [])
                let right = TLSARecord(usage: 3, selector: selector, matching: matching, data: own.association(with: leaf))
                #expect(right.matches(chain))
                #expect(right.isUsable)
                #expect(!TLSARecord(usage: 3, selector: selector, matching: matching, data: own.association(with: issuer)).matches(chain))
                #expect(TLSARecord(usage: 2, selector: selector, matching: matching, data: own.association(with: issuer)).matches(chain))
                #expect(!TLSARecord(usage: 1, selector: selector, matching: matching, data: own.association(with: leaf)).matches(chain))
                #expect(!right.matches([]))
            }
        }
        #expect(!TLSARecord(usage: 3, selector: 2, matching: 1, data: Array(repeating: 0, count: 32)).isUsable)
        #expect(!TLSARecord(usage: 3, selector: 1, matching: 1, data: [1]).isUsable)
        #expect("\(TLSARecord(usage: 3, selector: 1, matching: 0, data: [10, 255]))" == "3 1 0 0aff")
    }
}
