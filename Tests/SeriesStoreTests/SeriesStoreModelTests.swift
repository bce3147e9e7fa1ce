import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import SeriesStore

/// Random histories against a dictionary that does the same without a disk.
@Suite("The series store, compared with a dictionary")
struct SeriesStoreModelTests {
    typealias Model = [LabelSet: [Int64: UInt64]]

    @Test("holds the same after any history of appends, flushes, crashes and restarts", arguments: 0..<300 as Range<UInt64>)
    func history(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var model: Model = [:]
        var fixture = StoreFixture()
        // Durability is tested elsewhere; a sync per append would only make this slow.
        let disk = JournalDisk(write: JournalDisk.live.write, sync: { _ in 0 })
        var store = try fixture.open(disk: disk, segmentBytes: 300)
        for step in 0..<30 {
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<11:
                let samples = Self.samples(now: fixture.time.world.now().milliseconds, &random)
                try await store.append(samples)
                for sample in samples {
                    var times = model[sample.labels, default: [:]]
                    if times[sample.timestamp.milliseconds] == nil {
                        times[sample.timestamp.milliseconds] = sample.value.bitPattern
                    }
                    model[sample.labels] = times
                }
            case 11..<13: try await store.flush()
            case 13: fixture.time.advance(by: .seconds(Int64.random(in: 1...10_000, using: &random)))
            case 14:
                await store.close()
                store = try fixture.open(disk: disk, segmentBytes: 300)
            case 15:
                fixture = StoreFixture(directory: try fixture.directory.snapshot(), time: fixture.time)
                store = try fixture.open(disk: disk, segmentBytes: 300)
            default:
                let now = fixture.time.world.now().milliseconds
                let start = now - Int64.random(in: 0...200_000_000, using: &random)
                let end = start + Int64.random(in: 0...200_000_000, using: &random)
                let matcher = try LabelMatcher("s", [.equal, .notEqual, .matches].randomElement(using: &random) ?? .equal, "1")
                let found = try await store.contents([matcher], from: start, through: end)
                #expect(found == Self.select(matcher, start...end, of: model), "seed \(seed), step \(step)")
            }
        }
        #expect(try await store.contents() == model, "seed \(seed), at the end")
        await store.close()
    }

    private static func samples(now: Int64, _ random: inout SeededGenerator) -> [Sample] {
        (0..<Int.random(in: 1...20, using: &random)).map { _ in
            let labels = LabelSet(metric: "m", ["s": "\(Int.random(in: 0..<4, using: &random))"])
            // A coarse grid, so that times meet; mostly recent, sometimes days old, sometimes ahead.
            let reach: Int64 = Bool.random(using: &random) ? 600_000 : 180_000_000
            let time = (now - Int64.random(in: -60_000...reach, using: &random)) / 30_000 * 30_000
            return Sample(labels, at: time, Double(Int.random(in: 0..<50, using: &random)) / 8)
        }
    }

    private static func select(_ matcher: LabelMatcher, _ range: ClosedRange<Int64>, of model: Model) -> Model {
        model.filter { matcher.matches($0.key) }
            .mapValues { $0.filter { range.contains($0.key) } }
            .filter { !$0.value.isEmpty }
    }
}
