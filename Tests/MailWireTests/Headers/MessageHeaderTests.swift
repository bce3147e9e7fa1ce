import MailWire
import Testing

@Suite struct MessageHeaderTests {
    @Test("A header is read to its end and no further, whatever its lines end with")
    func headers() {
        let header = MessageHeader("A: 1\nb : x\r\n\tfolded\r\na: 2\r\nno field\r\n\r\nA: 3\r\n".utf8)
        #expect(header.values(of: "a") == ["1", "2"])
        #expect(header.values(of: "b") == ["x\tfolded"])
        #expect(MessageHeader(" folded into nothing\r\nA: 1\r\n".utf8).values(of: "A") == ["1"])
        let many = String(repeating: "A: b\r\n", count: 10_000)
        #expect(MessageHeader(many.utf8).values(of: "A").count == 500)
    }

    @Test("What combines with a colon or a space does not hide a field, and no line end but LF begins one")
    func marks() {
        let header = MessageHeader("A:\u{301}1\r\nB: x\u{2028}A: 2\u{85}A: 3\r\n \u{301}folded\r\n".utf8)
        #expect(header.values(of: "A") == ["\u{301}1"])
        #expect(header.values(of: "B") == ["x\u{2028}A: 2\u{85}A: 3 \u{301}folded"])
    }

    @Test("Of a message with parts the fields of all of them are read")
    func parts() {
        let message = "A: 1\r\n\r\n--x\r\nA: 2\r\n\r\n folded into nothing\r\nA: 3"
        #expect(MessageHeader(message.utf8, throughAllParts: true).values(of: "A") == ["1", "2", "3"])
        #expect(MessageHeader(message.utf8).values(of: "A") == ["1"])
    }

    @Test("Long lines and long headers are cut")
    func limits() {
        #expect(MessageHeader("A: \(String(repeating: "x", count: 10_000))\nB: 1\n".utf8).values(of: "A").first?.utf8.count == 4093)
        let long = String(repeating: "A: \(String(repeating: "x", count: 4000))\n", count: 100) + "B: 1\n"
        #expect(MessageHeader(long.utf8).values(of: "B").isEmpty)
    }
}
