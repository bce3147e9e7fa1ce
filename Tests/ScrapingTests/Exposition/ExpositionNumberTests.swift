import ExpositionFormat
import TestSupport
import Testing

@Suite("Numbers on pages of metrics")
struct ExpositionNumberTests {
    @Test(
        "A number is read as Go reads it",
        arguments: [
            ("0", 0), ("-0", -0.0), ("1", 1), ("+1", 1), ("1.5", 1.5), (".5", 0.5), ("5.", 5), ("1e3", 1000), ("1E-3", 0.001),
            ("1.7976931348623157e+308", Double.greatestFiniteMagnitude), ("5e-324", 5e-324), ("0.1", 0.1), ("123456789.25", 123_456_789.25),
            ("9007199254740993", 9_007_199_254_740_992), ("12345678901234567890123", 1.2345678901234568e22), ("0x1.8p3", 12),
            ("0X1P-2", 0.25),
            ("-0x.8p1", -1), ("+Inf", .infinity), ("inf", .infinity), ("-Infinity", -.infinity), ("1e999999999999", .infinity),
        ])
    func good(text: String, value: Double) {
        #expect(number(text)?.bitPattern == value.bitPattern)
    }

    @Test(
        "What Go does not read is no number",
        arguments: [
            "", "+", "-", ".", "e5", "1e", "1e+", "1_000", "0x10", "0x", "0xp1", "1.2.3", "12a", "infin", "nanx", "1 ", "--1", "0x1p",
        ])
    func bad(text: String) {
        #expect(number(text) == nil)
    }

    @Test("Every NaN is the usual one, never the stale marker", arguments: ["NaN", "nan", "NAN"])
    func notANumber(text: String) {
        #expect(number(text)?.bitPattern == 0x7FF8_0000_0000_0001)
    }

    @Test("Random doubles are read back exactly")
    func roundTrip() {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            #expect(number("\(value)")?.bitPattern == value.bitPattern)
            let short = (value.truncatingRemainder(dividingBy: 1e6) * 100).rounded() / 100
            #expect(number("\(short)")?.bitPattern == short.bitPattern)
        }
    }

    @Test("Whole numbers end at 64 bits")
    func integers() {
        func integer(_ text: String) -> Int64? { Array(text.utf8).withUnsafeBytes { ExpositionNumber.integer($0) } }
        #expect(integer("-9223372036854775808") == .min)
        #expect(integer("9223372036854775807") == .max)
        #expect(integer("9223372036854775808") == nil)
        #expect(integer("+12") == 12)
        #expect(integer("1.5") == nil)
        #expect(integer("-") == nil)
    }

    private func number(_ text: String) -> Double? {
        Array(text.utf8).withUnsafeBytes { ExpositionNumber.double($0) }
    }
}
