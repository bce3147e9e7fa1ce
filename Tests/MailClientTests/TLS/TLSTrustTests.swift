import NIOSSL
import TestSupport
import Testing

@testable import MailClient

@Suite struct TLSTrustTests {
    @Test("Whoever trusts the same shares what was read, whichever name is asked for")
    func shared() throws {
        let first = try TLSTrust(TLSSettings(serverName: "a.example.test")).context()
        #expect(first === (try TLSTrust(TLSSettings(serverName: "b.example.test")).context()))
        #expect(first !== (try TLSTrust(TLSSettings(insecureSkipVerify: true)).context()))
        #expect(first !== (try TLSTrust.observer.context()))
    }

    @Test("A file that has changed is read again, also by those who come while the old one is in use")
    func changedFile() throws {
        let directory = TestDirectory()
        let settings = TLSSettings(caFile: directory.path + "/ca.pem")
        try directory.write(Array(TestCertificates.authority.utf8), to: "ca.pem")
        let old = try TLSTrust(settings).context()
        #expect(old === (try TLSTrust(settings).context()))
        try directory.write(Array((TestCertificates.authority + "\n" + TestCertificates.validCertificate).utf8), to: "ca.pem")
        #expect(old !== (try TLSTrust(settings).context()))
    }

    @Test("What nobody uses any more is not kept")
    func forgotten() throws {
        let directory = TestDirectory()
        try directory.write(Array(TestCertificates.authority.utf8), to: "ca.pem")
        let trust = TLSTrust(TLSSettings(caFile: directory.path + "/ca.pem"))
        weak var context: NIOSSLContext?
        do { context = try trust.context() }
        #expect(context == nil)
    }
}
