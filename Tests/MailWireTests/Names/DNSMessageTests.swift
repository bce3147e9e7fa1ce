import MailWire
import Testing

@Suite("An answer of a name server")
struct DNSMessageTests {
    private static let head: [UInt8] = [0x12, 0x34, 0x81, 0xA0, 0, 1, 0, 1, 0, 0, 0, 0]
    private static let question: [UInt8] = [2] + Array("mx".utf8) + [4] + Array("test".utf8) + [0, 0, 1, 0, 1]

    private static func message(_ type: UInt8, _ data: [UInt8]) -> [UInt8] {
        head + question + [0xC0, 12, 0, type, 0, 1, 0, 0, 1, 0, 0, UInt8(data.count)] + data
    }

    @Test(
        "holds records of every type that is understood",
        arguments: [
            (1, [192, 0, 2, 1], "192.0.2.1"), (28, [0x20, 1, 0xD, 0xB8] + [UInt8](repeating: 0, count: 11) + [1], "2001:db8::1"),
            (5, [1, 97, 0xC0, 15], "a.test"), (12, [1, 97, 0], "a"), (15, [0, 10, 0xC0, 12], "10 mx.test"), (15, [0, 0, 0], "0 ."),
            (16, [2, 104, 105, 1, 33], "hi!"), (52, [3, 1, 1, 0xAB, 0x0C], "3 1 1 ab0c"), (2, [3, 97, 46, 255, 0], "a\\046\\255"),
            (6, [0xC0, 12, 0xC0, 12, 0, 0, 0, 7] + [UInt8](repeating: 0, count: 16), "mx.test 7"), (99, [1, 2], "\\# 2 0102"),
        ] as [(UInt8, [UInt8], String)])
    func records(type: UInt8, data: [UInt8], text: String) throws {
        let message = try DNSMessage(Self.message(type, data))
        #expect(message.answers.map(\.description) == [text])
        #expect(message.answers.map(\.name) == ["mx.test"])
        #expect(message.answers.map(\.timeToLive) == [256])
        #expect(message.isAuthenticated)
        #expect(message.responseName == "NOERROR")
    }

    @Test("is refused when it ends anywhere before its end, and never breaks the reader")
    func truncated() {
        for (type, data) in [(1, [192, 0, 2, 1]), (15, [0, 10, 0xC0, 12]), (16, [2, 104, 105])] as [(UInt8, [UInt8])] {
            let whole = Self.message(type, data)
            for count in 0..<whole.count {
                #expect(throws: WireFault.self) { try DNSMessage(Array(whole.prefix(count))) }
            }
        }
    }

    @Test(
        "is refused when it is hostile",
        arguments: [
            (12, [0xC0, 37]), (12, [0xC0, 255]), (12, [0x80, 1]), (16, [9, 104]), (1, [1, 2, 3]), (52, [3, 1]), (15, [0]),
            (12, [1, 97, 0, 0]),
            (12, [UInt8](repeating: 63, count: 200)),
        ] as [(UInt8, [UInt8])])
    func hostile(type: UInt8, data: [UInt8]) {
        #expect(throws: WireFault.self) { try DNSMessage(Self.message(type, data)) }
    }

    @Test("is refused when it is a question, or promises more answers than anybody publishes")
    func others() {
        var question = Self.message(1, [192, 0, 2, 1])
        question[2] = 1
        #expect(throws: WireFault.self) { try DNSMessage(question) }
        var many = Self.message(1, [192, 0, 2, 1])
        many[6] = 0xFF
        #expect(throws: WireFault.self) { try DNSMessage(many) }
    }

    @Test("has bytes changed at random, and the reader survives")
    func random() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var bytes = Self.message(15, [0, 10, 0xC0, 12])
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? DNSMessage(bytes)
        }
    }
}
