import PostwatchModel
import Rules
import Testing

@Suite("SeriesNotation")
struct SeriesNotationTests {
    @Test(
        "The notation of promtool is expanded",
        arguments: [
            ("1 2.5 -3", [1, 2.5, -3]), ("0+10x3", [0, 10, 20, 30]), ("5-2x2", [5, 3, 1]), ("-1-1x1", [-1, -2]), ("7x2", [7, 7, 7]),
            ("_ 1 _x2", [nil, 1, nil, nil]), ("1e3+1e-1x1", [1000, 1000.1]), ("1e-3x1", [0.001, 0.001]), ("", []),
        ] as [(String, [Double?])])
    func values(text: String, expected: [Double?]) throws {
        #expect(try SeriesNotation.values(text) == expected)
    }

    @Test("stale is the stale marker")
    func stale() throws {
        #expect(try SeriesNotation.values("stale").map { $0.map(Sample.isStaleMarker) } == [true])
    }

    @Test("Anything else is refused", arguments: ["x", "1x", "1+x2", "1x-2", "one", "1 + 2"])
    func refuses(text: String) {
        #expect(throws: SeriesNotation.Fault.self) { try SeriesNotation.values(text) }
    }
}
