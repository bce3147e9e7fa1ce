import Testing

@testable import Collectors

@Suite("The address of a service")
struct ServiceAddressTests {
    @Test(
        "is a host with a port, or a path",
        arguments: [
            ("127.0.0.1:6379", ServiceAddress.internet(host: "127.0.0.1", port: 6379)), ("cache-1", .internet(host: "cache-1", port: 1)),
            ("[::1]:99", .internet(host: "::1", port: 99)), ("[::1]", .internet(host: "::1", port: 1)),
            ("::1", .internet(host: "::1", port: 1)),
            ("/run/a.sock", .local(path: "/run/a.sock")), ("unix:/run/a.sock", .local(path: "/run/a.sock")),
        ])
    func reads(text: String, address: ServiceAddress) {
        #expect(ServiceAddress(text, port: 1) == address)
    }

    @Test(
        "is refused when it is neither",
        arguments: ["", ":1", "a:b", "a:0", "a:65536", "unix:a", "[::1", "[::1]9", "http://a:1", "a b:1", "u:p@a:1", "@a"])
    func refuses(text: String) {
        #expect(ServiceAddress(text, port: 1) == nil)
    }
}
