import Testing

@testable import Collectors

@Suite("An answer of Knot's control")
struct KnotAnswerParserTests {
    /// What Knot 3.2 writes in answer to `stats`, without all but three counters.
    private static let answer: [UInt8] =
        [1] + field(3, "server") + field(4, "zone-count") + field(10, "1")
        + [1] + field(3, "mod-stats") + field(4, "response-code") + field(5, "NOERROR") + field(10, "2")
        + [2] + field(3, "mod-stats") + field(4, "response-code") + field(5, "NXDOMAIN") + field(10, "3") + [3]

    private static let units = [
        KnotUnit(section: "server", item: "zone-count", data: "1"),
        KnotUnit(section: "mod-stats", item: "response-code", id: "NOERROR", data: "2"),
        KnotUnit(section: "mod-stats", item: "response-code", id: "NXDOMAIN", data: "3"),
    ]

    @Test("is the same however it is cut", arguments: 0...answer.count)
    func splits(at position: Int) throws {
        var parser = KnotAnswerParser(byteLimit: 1000, unitLimit: 3)
        try parser.consume(Self.answer[..<position])
        #expect(parser.isComplete == (position == Self.answer.count))
        try parser.consume(Self.answer[position...])
        #expect(parser.isComplete)
        #expect(parser.units == Self.units)
    }

    @Test("is the same byte by byte, and what follows does not count")
    func bytes() throws {
        var parser = KnotAnswerParser(byteLimit: 1000, unitLimit: 3)
        for byte in Self.answer { try parser.consume([byte]) }
        try parser.consume([99, 99])
        #expect(parser.isComplete)
        #expect(parser.units == Self.units)
    }

    @Test("may be empty, may have fields of later versions, and tells errors")
    func others() throws {
        var empty = KnotAnswerParser(byteLimit: 10, unitLimit: 1)
        try empty.consume([3])
        #expect(empty.isComplete && empty.units.isEmpty)
        var parser = KnotAnswerParser(byteLimit: 100, unitLimit: 1)
        try parser.consume([1] + Self.field(0, "stats") + Self.field(2, "not exists") + Self.field(200, "x") + [0])
        #expect(parser.units == [KnotUnit(error: "not exists")])
    }

    @Test(
        "is refused when it is none",
        arguments: [
            (Array("HTTP/1.1 400 Bad Request\r\n".utf8), KnotAnswerParser.Fault.unknownCode(72)),
            ([4], .unknownCode(4)), ([15], .unknownCode(15)), (field(3, "server"), .unknownCode(19)), ([3 + 16, 0, 0], .unknownCode(19)),
            ([1, 2, 1, 2, 1], .tooManyUnits(limit: 3)), (Array(repeating: 1, count: 1001), .tooLong(limit: 1000)),
            ([1, 26, 255, 255] + Array(repeating: 65, count: 1000), .tooLong(limit: 1000)),
        ])
    func faults(bytes: [UInt8], fault: KnotAnswerParser.Fault) {
        var parser = KnotAnswerParser(byteLimit: 1000, unitLimit: 3)
        #expect(throws: fault) { try parser.consume(bytes[...]) }
    }

    private static func field(_ number: UInt8, _ text: String) -> [UInt8] {
        [16 + number, 0, UInt8(text.utf8.count)] + Array(text.utf8)
    }
}
