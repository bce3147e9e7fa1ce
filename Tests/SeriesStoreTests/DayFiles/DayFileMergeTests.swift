import PostwatchModel
import TestSupport
import Testing

@testable import SeriesStore

@Suite("Merging a day file")
struct DayFileMergeTests {
    @Test("changes no answer, whatever happens between its steps", arguments: 0..<20 as Range<UInt64>)
    func equivalence(seed: UInt64) throws {
        let fixture = try DayFileFixture()
        var random = RandomSeries(seed: seed)
        var expected = Contents()
        for round in 0..<12 {
            try fixture.file.write(random.batch(series: 25, samples: 60, into: &expected))
            // Budgets below the size of a merge leave it unfinished when the next write comes.
            for _ in 0..<Int.random(in: 0..<5, using: &random.random) {
                _ = try fixture.file.mergeStep(isClosed: round % 5 == 4, sampleBudget: Int.random(in: 1..<600, using: &random.random))
                #expect(try fixture.file.contents() == expected, "seed \(seed), round \(round)")
            }
            if round % 4 == 2 {
                let matchers = try random.matchers()
                let range = random.range()
                _ = try fixture.file.delete(matchers, from: range.lowerBound, through: range.upperBound)
                for labels in expected.filter(matchers, from: range.lowerBound, through: range.upperBound).keys {
                    expected[labels] = expected[labels]?.filter { !range.contains($0.key) }
                    if expected[labels]?.isEmpty == true { expected[labels] = nil }
                }
                #expect(try fixture.file.contents() == expected, "seed \(seed), round \(round), \(matchers), \(range)")
            }
            #expect(try fixture.file.verify().faults == [])
        }
        // A crash leaves what the last transaction left.
        let (copy, _) = try fixture.reopenedCopy()
        #expect(try copy.contents() == expected)
        try copy.compact(sampleBudget: 500)
        #expect(try copy.contents() == expected)
        #expect(try copy.verify().faults == [])
        #expect(try copy.statistics().runs <= 1)
        #expect(try copy.statistics().freeBytes == 0)
    }

    @Test("of many small writes makes few blocks and long chunks, and then has nothing to do")
    func gathers() throws {
        let fixture = try DayFileFixture()
        for flush in 0..<64 as Range<Int64> {
            var batch = SeriesBatch()
            for series in 0..<20 {
                let times = (0..<20).map { fixture.day.start + (flush * 20 + $0) * 15_000 }
                batch.append(
                    ["__name__": "m", "i": "\(series)"],
                    SampleColumns(timestamps: times, values: times.map { Double($0 % 1000) }))
            }
            try fixture.file.write(batch)
            while try !fixture.file.mergeStep(isClosed: false).isDone {}
        }
        let merged = try fixture.file.statistics()
        #expect(merged.samples == 64 * 400)
        #expect(merged.runs == 1)
        while try !fixture.file.mergeStep(isClosed: true).isDone {}
        #expect(try fixture.file.mergeStep(isClosed: true) == DayFile.MergeStep())
        #expect(try fixture.file.statistics().blocks == 1)
        #expect(try fixture.file.statistics().samples == merged.samples)
    }

    @Test("lets late samples of a day that is over wait until they are many")
    func lateSamples() {
        let day = MergePlan.Run(number: 1, level: MergePlan.closedLevel, samples: 1000)
        func late(_ count: Int64, _ samples: Int) -> [MergePlan.Run] {
            [day] + (2..<(2 + count)).map { MergePlan.Run(number: $0, level: 0, samples: samples) }
        }
        #expect(MergePlan([day], isClosed: true) == nil)
        #expect(MergePlan(late(1, 10), isClosed: true) == nil)
        #expect(MergePlan(late(1, 200), isClosed: true) == MergePlan(runs: 1...2, level: MergePlan.closedLevel + 1))
        #expect(MergePlan(late(8, 1), isClosed: true) == MergePlan(runs: 1...9, level: MergePlan.closedLevel + 1))
    }

    @Test("takes neighbours of a level together, lowest level first")
    func plan() {
        func runs(_ levels: [Int]) -> [MergePlan.Run] {
            levels.enumerated().map { MergePlan.Run(number: Int64($0.offset + 1), level: $0.element, samples: 1) }
        }
        let eight = Array(repeating: 0, count: 8)
        #expect(MergePlan([], isClosed: false) == nil)
        #expect(MergePlan([], isClosed: true) == nil)
        #expect(MergePlan(runs(Array(eight.dropFirst())), isClosed: false) == nil)
        #expect(MergePlan(runs(eight), isClosed: false) == MergePlan(runs: 1...8, level: 1))
        #expect(MergePlan(runs([2, 1, 1] + eight), isClosed: false) == MergePlan(runs: 4...11, level: 1))
        #expect(MergePlan(runs([2, 1, 1, 1, 1, 1, 1, 1, 0]), isClosed: false) == MergePlan(runs: 2...9, level: 2))
        #expect(MergePlan(runs([1, 0]), isClosed: true) == MergePlan(runs: 1...2, level: MergePlan.closedLevel))
        #expect(MergePlan(compacting: runs([MergePlan.closedLevel])) == nil)
    }
}
