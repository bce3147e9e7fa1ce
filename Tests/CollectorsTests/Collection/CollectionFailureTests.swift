import Testing

@testable import Collectors

@Suite("A failure, as a person reads it")
struct CollectionFailureTests {
    @Test(
        "cannot control a terminal, begin another line, or fill a log",
        arguments: [
            CollectionFailure.malformed(source: "a", found: hostile), .refused(service: "a", reason: hostile),
            .unreachable(socket: "a", reason: hostile), .unreadable(path: "a", reason: hostile),
        ])
    func hostileWords(failure: CollectionFailure) {
        let text = failure.description
        #expect(text.contains("no [2J way  "))
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 || $0 == "\u{202E}" })
        #expect(text.count <= 1001)
    }

    private static let hostile = "no\u{1B}[2J\nway\u{202E}\u{9B}" + String(repeating: "x", count: 5000)
}
