import PostwatchModel
import TestSupport
import Testing

@testable import SeriesStore

@Suite("A chunk")
struct ChunkTests {
    static let columns: [[(Int64, Double)]] = [
        [(0, 0)],
        [(Day.acceptedMilliseconds.lowerBound, 1), (-1, 2), (Day.acceptedMilliseconds.upperBound, 3)],
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

    static func encode(_ columns: SampleColumns) -> [UInt8] {
        var bytes: [UInt8] = []
        columns.timestamps.withUnsafeBufferPointer { timestamps in
            columns.values.withUnsafeBufferPointer { Chunk.append(timestamps: timestamps, values: $0, to: &bytes) }
        }
        return bytes
    }

    static func decode(_ bytes: some Collection<UInt8>) -> SampleColumns? {
        var columns = SampleColumns()
        return Array(bytes).withUnsafeBytes { Chunk.decode($0, into: &columns) } ? columns : nil
    }

    @Test("gives back every timestamp and every bit of its values", arguments: columns.indices)
    func roundTrip(index: Int) throws {
        let columns = SampleColumns(timestamps: Self.columns[index].map(\.0), values: Self.columns[index].map(\.1))
        let decoded = try #require(Self.decode(Self.encode(columns)))
        #expect(decoded.timestamps == columns.timestamps)
        #expect(decoded.values.map(\.bitPattern) == columns.values.map(\.bitPattern))
    }

    @Test("of a counter that moves by the same every step takes next to nothing")
    func size() {
        let columns = SampleColumns(timestamps: Self.columns[2].map(\.0), values: Self.columns[2].map(\.1))
        #expect(Self.encode(columns).count < 30)
    }

    @Test("that is cut off anywhere is refused", arguments: columns.indices)
    func truncation(index: Int) {
        let bytes = Self.encode(SampleColumns(timestamps: Self.columns[index].map(\.0), values: Self.columns[index].map(\.1)))
        for length in bytes.indices {
            #expect(Self.decode(bytes[..<length]) == nil)
        }
    }

    @Test("made of random bytes is read or refused, and never crashes", arguments: 0..<20 as Range<UInt64>)
    func randomBytes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            // Past the number of samples and the first time, so that forms are met.
            if bytes.count > 3 { bytes.replaceSubrange(0..<3, with: [UInt8.random(in: 0..<30, using: &random), 2, 0]) }
            _ = Self.decode(bytes)
            _ = bytes.withUnsafeBytes(DeletionRecord.init)
        }
    }
}

@Suite("Chunks and streams")
struct ValueCodingTests {
    /// Columns of all kinds: counters, gauges, decimals, noise, odd values, irregular times.
    static func columns(_ random: inout SeededGenerator) -> SampleColumns {
        let count = Int.random(in: 1...700, using: &random)
        var time = Int64.random(in: -5_000_000_000...2_000_000_000_000, using: &random)
        let jitter = [0, 0, 5, 100_000].randomElement(using: &random) ?? 0
        let kind = Int.random(in: 0..<8, using: &random)
        let unit = ([1, 4096, 0.01, 0.001, 1e-9, 1e12] as [Double]).randomElement(using: &random) ?? 1
        var level = Double(Int.random(in: -1000...100_000, using: &random))
        var columns = SampleColumns()
        for _ in 0..<count {
            switch kind {
            case 0: break
            case 1: level += Double(Int.random(in: 0...3, using: &random))
            case 2: level += Double(Int.random(in: 500...1500, using: &random))
            case 3: level = Double(Int.random(in: 0...40, using: &random))
            case 4: level = Double.random(in: -1...1, using: &random)
            case 5: level = Double(bitPattern: UInt64.random(in: .min ... .max, using: &random))
            case 6: if Bool.random(using: &random) { level += 7 }
            default: level = Double(Int64.random(in: -(1 << 53)...(1 << 53), using: &random))
            }
            let isOdd = Int.random(in: 0..<200, using: &random) == 0
            let odd = ([Sample.staleMarker, -0.0, .infinity, .nan] as [Double]).randomElement(using: &random) ?? 0
            // A decimal as a sender prints it: a whole number by a power of ten.
            let value = unit == 0.01 ? (level / 100) : unit == 0.001 ? level / 1000 : level * unit
            columns.append(time, isOdd ? odd : value)
            time += 15_000 + Int64(Int.random(in: 0...jitter, using: &random))
        }
        return columns
    }

    @Test("give back every bit, whatever the values are", arguments: 0..<400 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let columns = Self.columns(&random)
        let decoded = try #require(ChunkTests.decode(ChunkTests.encode(columns)))
        #expect(decoded.timestamps == columns.timestamps)
        #expect(decoded.values.map(\.bitPattern) == columns.values.map(\.bitPattern))

        var slot = SeriesSlot()
        defer { slot.release() }
        for (time, value) in zip(columns.timestamps, columns.values) { slot.append(time, value.bitPattern) }
        var read = SampleColumns()
        slot.read(from: .min, through: .max, into: &read)
        #expect(read.timestamps == columns.timestamps)
        #expect(read.values.map(\.bitPattern) == columns.values.map(\.bitPattern))
        #expect(slot.count == columns.count)

        let middle = columns.timestamps[columns.count / 2]
        var part = SampleColumns()
        slot.read(from: middle, through: .max, into: &part)
        #expect(part.timestamps == Array(columns.timestamps[(columns.count / 2)...]))
    }

    @Test("hold what is pending apart from what is flushed, and lose only what is taken out")
    func pending() {
        var slot = SeriesSlot()
        defer { slot.release() }
        for time in 0..<500 as Range<Int64> { slot.append(time, Double(time).bitPattern) }
        slot.noteFlushed(300)
        var pending = SampleColumns()
        slot.readPending(into: &pending)
        #expect(pending.timestamps == Array(300..<500))
        #expect(slot.remove(from: 290, through: 309) == (20, 10))
        pending.removeAll()
        slot.readPending(into: &pending)
        #expect(pending.timestamps == Array(310..<500))
        #expect(slot.newest == 499 && slot.count == 480)
        slot.append(500, 0)
        #expect(slot.forget(before: 260) == 240)
        pending.removeAll()
        slot.readPending(into: &pending)
        #expect(pending.timestamps == Array(310...500))
    }
}
