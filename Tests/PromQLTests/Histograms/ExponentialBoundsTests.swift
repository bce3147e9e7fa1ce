import Testing

@testable import PromQL

@Suite("ExponentialBounds")
struct ExponentialBoundsTests {
    @Test(
        "A bucket ends at the power of two that its index and schema say, to the last bit as other programs compute it",
        arguments: [
            (0, Int32(0), 1.0), (1, 0, 2), (-1, 0, 0.5), (3, 0, 8), (10, 0, 1024),
            (1, -1, 4), (-1, -1, 0.25), (0, -4, 1), (1, -4, 65536), (-1, -4, 1 / 65536),
            (1, 1, 1.414213562373095), (2, 1, 2), (-1, 1, 0.7071067811865475), (1, 2, 1.189207115002721), (3, 2, 1.6817928305074288),
            (1, 3, 1.0905077326652577), (7, 3, 1.8340080864093422), (63, 6, 2 * 0.9892280131939752), (1, 8, 1.0027112750502025),
            (129, 8, 2 * 0.7090239421602076), (-55, 8, 0.8616394738731368), (20, 5, 2 * 0.7711054127039704),
        ] as [(Int, Int32, Double)])
    func bounds(index: Int, schema: Int32, bound: Double) {
        #expect(ExponentialBounds.upperBound(ofBucket: index, schema: schema) == bound)
    }

    @Test("The last finite bucket ends at the largest number and the next one at infinity", arguments: Int32(-4)...8)
    func ends(schema: Int32) {
        let last = schema < 0 ? 1024 >> Int(-schema) : 1024 << Int(schema)
        #expect(ExponentialBounds.upperBound(ofBucket: last, schema: schema) == .greatestFiniteMagnitude)
        #expect(ExponentialBounds.upperBound(ofBucket: last + 1, schema: schema) == .infinity)
        #expect(ExponentialBounds.upperBound(ofBucket: last - 1, schema: schema) < .greatestFiniteMagnitude)
    }

    @Test("Any index of any schema has a bound", arguments: [Int32.min, -63, -53, -9, -5, 9, 52, .max])
    func extremes(schema: Int32) {
        for index in [Int(Int32.min), -1, 0, 1, Int(Int32.max)] {
            #expect(ExponentialBounds.upperBound(ofBucket: index, schema: schema) >= 0)
        }
    }

    @Test("Bounds rise with the index, and a coarser schema has every bound that its finer ones share", arguments: Int32(-3)...8)
    func nesting(schema: Int32) {
        for index in -40...40 {
            let bound = ExponentialBounds.upperBound(ofBucket: index, schema: schema)
            #expect(ExponentialBounds.upperBound(ofBucket: index + 1, schema: schema) > bound)
            if index.isMultiple(of: 2) {
                #expect(ExponentialBounds.upperBound(ofBucket: index / 2, schema: schema - 1) == bound)
            }
            let coarser = ExponentialBounds.coarserIndex(of: index, by: 1)
            #expect(ExponentialBounds.upperBound(ofBucket: coarser, schema: schema - 1) >= bound)
            #expect(ExponentialBounds.upperBound(ofBucket: coarser - 1, schema: schema - 1) < bound)
        }
    }
}
