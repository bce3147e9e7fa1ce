import GRDB
import PostwatchModel
import TestSupport
import Testing

@testable import SeriesStore

@Suite("A walk through the series of a day file")
struct SeriesWalkTests {
    @Test("finds the last number of a series as a look at all its samples would", arguments: 0..<30 as Range<UInt64>)
    func lastNumbers(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fixture = try DayFileFixture()
        var expected: [LabelSet: [Int64: Double]] = [:]
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            var batch = SeriesBatch()
            for number in 0..<4 {
                let labels = LabelSet(metric: "m", ["n": "\(number)"])
                var columns = SampleColumns()
                for offset in 0..<12 as Range<Int64> where Int.random(in: 0..<3, using: &random) == 0 {
                    let time = fixture.day.start + offset
                    let value = Bool.random(using: &random) ? Double.nan : Double(Int.random(in: 0..<100, using: &random))
                    columns.append(time, value)
                    // What was written first counts.
                    if expected[labels]?[time] == nil { expected[labels, default: [:]][time] = value }
                }
                batch.append(labels, columns)
            }
            try fixture.file.write(batch)
        }
        let start = fixture.day.start + 6
        try fixture.file.pool.read { database in
            let walk = try SeriesWalk(database, from: nil)
            while let labels = walk.labels {
                let found = try walk.takeLastNumber(labels, from: start)
                #expect(found == expected[labels]?.filter { $0.key >= start && !$0.value.isNaN }.max { $0.key < $1.key }?.value)
            }
        }
    }

    @Test("does not begin with the first series again for each part of the day behind")
    func parts() throws {
        let fixture = try DayFileFixture()
        var batch = SeriesBatch()
        var last: [LabelSet] = []
        // Ten blocks, of a metric each.
        for metric in 0..<10 {
            for number in 0..<2048 {
                let labels = LabelSet(metric: "m\(metric)", ["n": "\(number)"])
                batch.append(labels, SampleColumns(timestamps: [fixture.day.end], values: [Double(number)]))
                if metric == 9 && number < 3 { last.append(labels) }
            }
        }
        try fixture.file.write(batch)
        let statements = Shared(0)
        try fixture.file.pool.read { database in
            database.trace { event in if "\(event)".contains("SELECT labels FROM blocks") { statements.withLock { $0 += 1 } } }
        }
        var part = try DaySummary(of: fixture.file, series: last)
        #expect(part.series.count == 3)
        try part.notePrevious(from: fixture.file)
        #expect(statements.value == 2)
    }
}
