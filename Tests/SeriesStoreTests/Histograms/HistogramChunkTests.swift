import PostwatchModel
import TestSupport
import Testing

@testable import SeriesStore

@Suite("A chunk of native histograms")
struct HistogramChunkTests {
    @Test("gives back every bit", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = RandomHistogram(seed: seed)
        let points = random.points(Int.random(in: 1...40, using: &random.random), from: seed == 0 ? .min : -5)
        let chunk = HistogramChunk(points)
        #expect(chunk.points.bits == points.bits)
        #expect(chunk.encoded.withUnsafeBytes(HistogramChunk.decode)?.bits == points.bits)
        #expect(chunk.first == points.first?.timestamp && chunk.last == points.last?.timestamp && chunk.count == points.count)
    }

    @Test("that is cut off or changed is no chunk, or another one, but never a crash", arguments: 0..<50 as Range<UInt64>)
    func damage(seed: UInt64) {
        var random = RandomHistogram(seed: seed)
        let bytes = HistogramChunk(random.points(10)).encoded
        for length in bytes.indices { #expect(bytes.prefix(length).withUnsafeBytes { HistogramChunk.decode($0) } == nil) }
        for _ in 0..<500 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random.random) {
                changed[Int.random(in: changed.indices, using: &random.random)] = UInt8.random(in: 0...255, using: &random.random)
            }
            _ = changed.withUnsafeBytes(HistogramChunk.decode)
        }
    }

    @Test("takes about as many bytes as there are buckets that moved")
    func size() {
        var histogram = NativeHistogram(
            schema: 3, count: 1000, positiveSpans: [.init(offset: 0, length: 50)], positiveBuckets: Array(repeating: 20, count: 50))
        let points = (0..<100).map { index in
            histogram.positiveBuckets[index % 50] += 1
            histogram.count += 1
            histogram.sum += 0.25
            return HistogramPoint(timestamp: Int64(index) * 15_000, histogram: histogram)
        }
        #expect(HistogramChunk(points).encoded.count < 100 * 64 + 100)
    }
}

@Suite("Native histograms of a series in memory")
struct HistogramColumnsTests {
    @Test("are those that a dictionary would hold", arguments: 0..<100 as Range<UInt64>)
    func model(seed: UInt64) {
        var random = RandomHistogram(seed: seed)
        var columns = HistogramColumns()
        var expected: [Int64: [UInt64]] = [:]
        for _ in 0..<60 {
            let start = Int64.random(in: 0..<200, using: &random.random)
            let end = start + Int64.random(in: 0..<60, using: &random.random)
            switch Int.random(in: 0..<10, using: &random.random) {
            case 0:
                columns.removeAll(from: start, through: end)
                expected = expected.filter { !(start...end).contains($0.key) }
            case 1:
                columns.removeAll(before: start / 4)
                expected = expected.filter { $0.key >= start / 4 }
            case 2:
                let later = (0..<20).map { HistogramPoint(timestamp: start + Int64($0) * 3, histogram: random.next()) }
                columns.merge(HistogramColumns(later))
                expected.merge(later.bits) { first, _ in first }
            default:
                let point = HistogramPoint(timestamp: start, histogram: random.next())
                #expect(columns.histogram(at: start)?.bits == expected[start])
                if expected[start] != nil { continue }
                columns.insert(point)
                expected[start] = point.histogram.bits
            }
            #expect(columns.points().bits == expected && columns.count == expected.count)
            #expect(zip(columns.points(), columns.points().dropFirst()).allSatisfy { $0.timestamp < $1.timestamp })
            let wanted = expected.filter { (start...end).contains($0.key) }
            #expect(columns.points(from: start, through: end).bits == wanted)
            let slice = columns.slice(from: start, through: end)
            #expect(slice.points().bits == wanted && slice.count == wanted.count)
        }
    }
}
