import PostwatchModel
import PromQL
import Testing

@testable import Rules

@Suite("SeriesNotation")
struct SeriesNotationTests {
    @Test(
        "The notation of promtool is expanded",
        arguments: [
            ("1 2.5 -3", [1, 2.5, -3]), ("0+10x3", [0, 10, 20, 30]), ("5-2x2", [5, 3, 1]), ("-1-1x1", [-1, -2]), ("7x2", [7, 7, 7]),
            ("_ 1 _x2", [nil, 1, nil, nil]), ("1e3+1e-1x1", [1000, 1000.1]), ("1e-3x1", [0.001, 0.001]), ("", []),
        ] as [(String, [Double?])])
    func values(text: String, expected: [Double?]) throws {
        #expect(try SeriesNotation.points(text) == expected.map { $0.map { .value($0) } })
    }

    @Test(
        "Native histograms are repeated, grow and shrink",
        arguments: [
            ("{{schema:1 sum:5 count:4 buckets:[1 2 1]}}", ["{{schema:1 count:4 sum:5 buckets:[1 2 1]}}"]),
            (" 1 {{count:1}}x1 _  2", ["1", "{{count:1}}", "{{count:1}}", "nothing", "2"]),
            (
                "{{sum:1 count:1 buckets:[1]}}+{{sum:2 count:2 z_bucket:1 offset:2 buckets:[1]}}x2",
                [
                    "{{count:1 sum:1 buckets:[1]}}", "{{count:3 sum:3 z_bucket:1 buckets:[1 0 1]}}",
                    "{{count:5 sum:5 z_bucket:2 buckets:[1 0 2]}}",
                ]
            ),
            ("{{count:3 n_buckets:[2 1]}}-{{count:1 n_buckets:[1]}}x1", ["{{count:3 n_buckets:[2 1]}}", "{{count:2 n_buckets:[1 1]}}"]),
        ])
    func histograms(text: String, expected: [String]) throws {
        #expect(try SeriesNotation.points(text).map { $0?.text ?? "nothing" } == expected)
    }

    @Test("stale is the stale marker")
    func stale() throws {
        let points = try SeriesNotation.points("stale")
        guard case .value(let value)? = points.first else {
            Issue.record("no value")
            return
        }
        #expect(points.count == 1 && Sample.isStaleMarker(value))
    }

    @Test(
        "Anything else is refused",
        arguments: ["x", "1x", "1+x2", "1x-2", "one", "1 + 2", "{{", "{{count:1}}y", "{{count:1}}+{{schema:1}}x2", "{{count:1}}+1x2"])
    func refuses(text: String) {
        #expect(throws: SeriesNotation.Fault.self) { try SeriesNotation.points(text) }
    }
}
