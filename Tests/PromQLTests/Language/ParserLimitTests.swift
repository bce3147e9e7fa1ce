import PostwatchModel
import Testing

@testable import PromQL

@Suite("Limits of a query")
struct ParserLimitTests {
    @Test(
        "what nests too deep or goes on too long is refused instead of exhausting the stack",
        arguments: [
            String(repeating: "(", count: 100_000), String(repeating: "-", count: 100_000) + "1",
            String(repeating: "sum(", count: 5000) + "up" + String(repeating: ")", count: 5000),
            Array(repeating: "1", count: 10_000).joined(separator: "+"), Array(repeating: "2", count: 5000).joined(separator: "^"),
            "up" + String(repeating: "[1h:]", count: 50_000), "up[" + String(repeating: "(", count: 100_000),
            "up[" + Array(repeating: "1m", count: 10_000).joined(separator: "+") + "]",
            "up offset " + String(repeating: "-", count: 100_000),
            "up[" + String(repeating: "-", count: 100_000) + "1m]", String(repeating: "abs(", count: 300) + "{",
        ])
    func tooMuch(text: String) {
        #expect(throws: PromQLFault.self) { try PromQLQuery(text, allowingExperimental: true) }
    }

    @Test("what people write is far below", arguments: [String(repeating: "(", count: 150) + "1" + String(repeating: ")", count: 150)])
    func enough(text: String) throws {
        #expect(try PromQLQuery(text).text == text)
        #expect(try PromQLQuery(Array(repeating: "1", count: 1000).joined(separator: "+")).type == .scalar)
    }

    @Test("a subquery of more steps than memory holds is refused before it is evaluated", arguments: ["100y:1ms", "292y:1s"])
    func subquery(range: String) async throws {
        let engine = QueryEngine(samples: NoSamples())
        let query = try PromQLQuery("count_over_time(vector(1)[\(range)])")
        await #expect(throws: QueryFailure.self) { try await engine.instant(query, at: Timestamp(seconds: 1_700_000_000)) }
    }
}

private struct NoSamples: SampleQuerying {
    func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws {}
}
