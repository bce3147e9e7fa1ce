import PostwatchModel
import Testing

@Suite("A timestamp")
struct TimestampTests {
    @Test(
        "is written as RFC 3339 and read back",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (1_582_934_400_000, "2020-02-29T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (1_787_220_000_123, "2026-08-20T10:00:00.123Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func bothWays(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).rfc3339 == text)
        #expect(Timestamp(rfc3339: text) == Timestamp(milliseconds: milliseconds))
    }

    @Test("comes back from its text on every day of four centuries")
    func everyDay() {
        let day: Int64 = 86_400_000
        for number in Int64(-80_000)...80_000 {
            let moment = Timestamp(milliseconds: number * day + 12_345_678)
            guard Timestamp(rfc3339: moment.rfc3339) == moment else {
                Issue.record("\(moment.rfc3339) was read as another moment")
                return
            }
        }
    }

    @Test(
        "reads fractions of any length and numeric offsets",
        arguments: [
            ("2026-08-20T10:00:00Z", 1_787_220_000_000),
            ("2026-08-20T10:00:00.1Z", 1_787_220_000_100),
            ("2026-08-20T10:00:00.123999999Z", 1_787_220_000_123),
            ("2026-08-20t12:30:00+02:30", 1_787_220_000_000),
            ("2026-08-19 22:00:00.5-12:00", 1_787_220_000_500),
            ("2026-08-20T10:00:00z", 1_787_220_000_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ] as [(String, Int64)])
    func variants(text: String, milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(
        "refuses what is no date",
        arguments: [
            "", "2026", "2026-08-20", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
            "2026-04-31T00:00:00Z", "2026-08-20T24:00:00Z", "2026-08-20T10:60:00Z", "2026-08-20T10:00:61Z", "2026-08-20T10:00:00",
            "2026-08-20T10:00:00.Z", "2026-08-20T10:00:00Z ", "2026-08-20T10:00:00+0200", "2026-08-20T10:00:00+99:99",
            "2026-08-20T10:00:00+24:00", "2026-08-20T10:00:00+01:60", "+026-08-20T10:00:00Z", "٢٠٢٦-08-20T10:00:00Z",
        ])
    func refuses(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test("knows its UTC day, also before 1970")
    func day() {
        #expect(Timestamp(milliseconds: -1).utcDay == "1969-12-31")
        #expect(Timestamp(milliseconds: -1).startOfUTCDay == Timestamp(milliseconds: -86_400_000))
        #expect(Timestamp(milliseconds: 86_400_000).startOfUTCDay == Timestamp(milliseconds: 86_400_000))
    }

    @Test("rounds seconds to the nearest millisecond and clamps what it cannot hold")
    func seconds() {
        #expect(Timestamp(seconds: 1.0006).milliseconds == 1001)
        #expect(Timestamp(seconds: -1.0006).milliseconds == -1001)
        #expect(Timestamp(seconds: 1e300).milliseconds == .max)
        #expect(Timestamp(seconds: -.infinity).milliseconds == .min)
        #expect(Timestamp(milliseconds: 1500).seconds == 1.5)
    }

    @Test("stops at the ends of its range instead of trapping, so that no query can end the process")
    func saturation() {
        let last = Timestamp(milliseconds: .max)
        let first = Timestamp(milliseconds: .min)
        #expect(last + .seconds(1) == last)
        #expect(first - .seconds(1) == first)
        #expect(first + .seconds(-1) == first)
        #expect(last - first == .milliseconds(Int64.max))
        #expect(first - last == .milliseconds(Int64.min))
        #expect(Timestamp(milliseconds: 5) - Timestamp(milliseconds: 7) == .milliseconds(-2))
    }
}
