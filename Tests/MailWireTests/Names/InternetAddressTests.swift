import MailWire
import Testing

@Suite("An address")
struct InternetAddressTests {
    @Test("is read and written", arguments: ["192.0.2.1", "2001:db8::1", "::"])
    func text(text: String) {
        #expect(InternetAddress(text)?.description == text)
    }

    @Test("is not any text", arguments: ["", "192.0.2", "192.0.2.256", "192.0.2.1/24", "2001:db8::g", "mx1.example.test", "1.1.1.1\0"])
    func refused(text: String) {
        #expect(InternetAddress(text) == nil)
    }

    @Test(
        "is inside a network, or not",
        arguments: [
            ("192.0.2.1", "192.0.2.0", 24, true), ("192.0.3.1", "192.0.2.0", 23, true), ("192.0.4.1", "192.0.2.0", 23, false),
            ("192.0.2.1", "0.0.0.0", 0, true), ("192.0.2.1", "192.0.2.1", 32, true), ("192.0.2.1", "192.0.2.0", 32, false),
            ("2001:db8::1", "2001:db8::", 127, true), ("2001:db8::1", "192.0.2.0", 0, false), ("192.0.2.1", "192.0.2.0", 33, false),
        ])
    func networks(address: String, network: String, prefix: Int, isInside: Bool) throws {
        let address = try #require(InternetAddress(address))
        #expect(address.isInside(try #require(InternetAddress(network)), prefix: prefix) == isInside)
    }

    @Test(
        "of IPv4 in the clothes of IPv6 is taken out of them",
        arguments: [
            ("::ffff:192.0.2.1", "192.0.2.1"), ("192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:db8::1"), ("::192.0.2.1", "::192.0.2.1"),
        ])
    func unmapped(text: String, plain: String) {
        #expect(InternetAddress(text)?.unmapped == InternetAddress(plain))
    }

    @Test("is of this machine alone, or not")
    func loopback() {
        #expect(["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"].allSatisfy { InternetAddress($0)?.isLoopback == true })
        #expect(["0.0.0.0", "::", "192.0.2.1", "::2"].allSatisfy { InternetAddress($0)?.isLoopback == false })
    }

    @Test("has a name in the reverse tree")
    func reverse() {
        #expect(InternetAddress("192.0.2.1")?.reverseName == "1.2.0.192.in-addr.arpa")
        #expect(
            InternetAddress("2001:db8::567:89ab")?.reverseName
                == "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")
    }
}
