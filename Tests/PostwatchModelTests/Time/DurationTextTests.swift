import PostwatchModel
import TestSupport
import Testing

@Suite("A duration's text")
struct DurationTextTests {
    @Test(
        "is read and written the way Prometheus does",
        arguments: [
            ("0s", 0), ("250ms", 250), ("30s", 30_000), ("1m30s", 90_000), ("1h30m", 5_400_000), ("1d", 86_400_000), ("1w", 604_800_000),
            ("8d", 691_200_000), ("1y", 31_536_000_000), ("1d1ms", 86_400_001),
        ] as [(String, Int64)])
    func bothWays(text: String, milliseconds: Int64) {
        #expect(Duration(prometheus: text) == .milliseconds(milliseconds))
        #expect(Duration.milliseconds(milliseconds).prometheusText == text)
    }

    @Test(
        "is read in longer forms too",
        arguments: [("0", 0), ("90s", 90_000), ("7d", 604_800_000), ("1y2w3d4h5m6s7ms", 33_019_506_007), ("0h5m", 300_000)]
            as [(String, Int64)])
    func longer(text: String, milliseconds: Int64) {
        #expect(Duration(prometheus: text) == .milliseconds(milliseconds))
    }

    @Test(
        "is refused when it is none",
        arguments: [
            "", "5", "s", "-5s", "1.5h", "5 s", " 5s", "5s ", "1s1m", "1m1m", "5S", "5sec", "1h30", "٣s", "9223372036854775807y",
            "99999999999999999999s", "00", "1e3s",
        ])
    func refuses(text: String) {
        #expect(Duration(prometheus: text) == nil)
    }

    @Test("comes back from its text, whatever it is")
    func roundTrip() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<10_000 {
            let duration = Duration.milliseconds(Int64.random(in: 0...100_000_000_000, using: &generator))
            #expect(Duration(prometheus: duration.prometheusText) == duration)
        }
    }

    @Test("tells seconds and whole milliseconds")
    func numbers() {
        #expect(Duration.milliseconds(1500).seconds == 1.5)
        #expect(Duration.microseconds(1999).wholeMilliseconds == 1)
        #expect(Duration.microseconds(-1999).wholeMilliseconds == -1)
        #expect(Duration.seconds(-90).prometheusText == "-1m30s")
        #expect(Duration.seconds(Int64.max).wholeMilliseconds == .max)
    }
}
