import Testing

@testable import PostwatchApp

@Suite("ListenAddress")
struct ListenAddressTests {
    @Test(
        "loopback is where a server without users may listen", arguments: ["127.0.0.1:9460", "127.80.9.9:1", "localhost:0", "[::1]:9460"])
    func loopback(text: String) throws {
        #expect(try ListenAddress(text).description == text)
    }

    @Test(
        "every other address is refused",
        arguments: ["0.0.0.0:9460", "192.0.2.1:9460", "[::]:9460", "mail.example.net:9460", ":9460", "127.0.0.1.example.net:1"])
    func others(text: String) {
        #expect(throws: ListenAddress.Fault.notLoopback(text)) { try ListenAddress(text) }
    }

    @Test("what is no address is told so", arguments: ["", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:http"])
    func malformed(text: String) {
        #expect(throws: ListenAddress.Fault.malformed(text)) { try ListenAddress(text) }
    }
}
