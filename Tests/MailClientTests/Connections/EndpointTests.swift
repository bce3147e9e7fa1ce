import MailClient
import Testing

@Suite struct EndpointTests {
    @Test(
        "Names, addresses and bracketed addresses are read",
        arguments: [
            ("imap.example.test:993", Endpoint(host: "imap.example.test", port: 993)),
            ("127.0.0.1:25", Endpoint(host: "127.0.0.1", port: 25)),
            ("[2001:db8::1]:25", Endpoint(host: "2001:db8::1", port: 25)),
        ])
    func reading(text: String, endpoint: Endpoint) {
        #expect(Endpoint(text) == endpoint)
        #expect("\(endpoint)" == text)
    }

    @Test(
        "What is no endpoint is refused", arguments: ["", ":25", "a", "a:", "a:0", "a:65536", "a:b", "a b:25", "a@b:25", "[::1]25", "[::1"])
    func refusing(text: String) {
        #expect(Endpoint(text) == nil)
    }

    @Test("Without a port the default counts")
    func defaultPort() {
        #expect(Endpoint("a.test", defaultPort: 53) == Endpoint(host: "a.test", port: 53))
        #expect(Endpoint("[::1]", defaultPort: 53) == Endpoint(host: "::1", port: 53))
    }
}
