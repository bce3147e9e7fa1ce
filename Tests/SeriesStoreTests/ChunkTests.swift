import TestSupport
import Testing

@testable import SeriesStore

@Suite("A chunk")
struct ChunkTests {
    static let columns: [[(Int64, Double)]] = [
        [(0, 0)],
        [(.min, 1), (-1, 2), (.max, 3)],
        regular { step in Double(step * 7) },
        regular { step in 0.1 * Double(step) },
        [(1, 5), (2, 5), (3, 5)],
        [(1, 0), (2, -0.0), (3, .nan), (4, Double(bitPattern: 0x7FF0_0000_0000_0002)), (5, .infinity), (6, 1e300)],
        [(1, -9_007_199_254_740_992), (2, 9_007_199_254_740_992), (3, 0)],
        [(1, 9_007_199_254_740_994), (2, 1)],
    ]

    private static func regular(_ value: (Int64) -> Double) -> [(Int64, Double)] {
        (0..<120 as Range<Int64>).map { step -> (Int64, Double) in
            let time: Int64 = 1_700_000_000_000 + step * 15_000
            return (time, value(step))
        }
    }

    @Test("gives back every timestamp and every bit of its values", arguments: columns.indices)
    func roundTrip(index: Int) throws {
        let columns = SampleColumns(timestamps: Self.columns[index].map(\.0), values: Self.columns[index].map(\.1))
        let decoded = try #require(Chunk.encode(columns).withUnsafeBytes(Chunk.decode))
        #expect(decoded.timestamps == columns.timestamps)
        #expect(decoded.values.map(\.bitPattern) == columns.values.map(\.bitPattern))
    }

    @Test("of a counter at a fixed step takes about two bytes per sample")
    func size() {
        let columns = SampleColumns(timestamps: Self.columns[2].map(\.0), values: Self.columns[2].map(\.1))
        #expect(Chunk.encode(columns).count < 260)
    }

    @Test("that is cut off anywhere is refused", arguments: columns.indices)
    func truncation(index: Int) {
        let bytes = Chunk.encode(SampleColumns(timestamps: Self.columns[index].map(\.0), values: Self.columns[index].map(\.1)))
        for length in bytes.indices {
            #expect(bytes[..<length].withUnsafeBytes(Chunk.decode) == nil)
        }
    }

    @Test("made of random bytes is read or refused, and never crashes", arguments: 0..<20 as Range<UInt64>)
    func randomBytes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            if bytes.count > 3 { bytes.replaceSubrange(0..<2, with: [1, UInt8.random(in: 0..<30, using: &random)]) }
            _ = bytes.withUnsafeBytes(Chunk.decode)
            _ = bytes.withUnsafeBytes(SampleRecord.decode)
        }
    }
}
