import GRDB
import PostwatchModel
import TestSupport
import Testing

@testable import SeriesStore

@Suite("A day file")
struct DayFileTests {
    @Test("gives back what was written, for any matchers and any part of the day", arguments: 0..<15 as Range<UInt64>)
    func roundTrip(seed: UInt64) async throws {
        let fixture = try DayFileFixture()
        var random = RandomSeries(seed: seed)
        var expected = Contents()
        for _ in 0..<4 { try fixture.file.write(random.batch(series: 60, samples: 80, into: &expected)) }
        #expect(try fixture.file.contents() == expected)
        for _ in 0..<20 {
            let matchers = try random.matchers()
            let range = random.range()
            let selection = try await fixture.file.select(matchers, from: range.lowerBound, through: range.upperBound)
            #expect(
                Contents(selection) == expected.filter(matchers, from: range.lowerBound, through: range.upperBound),
                "seed \(seed), \(matchers), \(range)")
            let listing = try await fixture.file.series(matchers, from: .min, through: .max)
            #expect(listing.labels == Set(expected.filter(matchers, from: .min, through: .max).keys))
        }
        #expect(try fixture.file.verify().faults == [])
        let (copy, _) = try fixture.reopenedCopy()
        #expect(try copy.contents() == expected)
    }

    @Test("keeps the sample that was written first")
    func firstStays() throws {
        let fixture = try DayFileFixture()
        let time = fixture.day.start + 5
        let labels: LabelSet = ["__name__": "m"]
        for (times, value) in [([time, time + 2], 1.0), ([time + 1, time + 2, time + 3], 2.0), ([time, time + 3, time + 4], 3.0)] {
            var batch = SeriesBatch()
            batch.append(labels, SampleColumns(timestamps: times, values: times.map { _ in value }))
            // The same series again, in the same write.
            batch.append(labels, SampleColumns(timestamps: times, values: times.map { _ in -value }))
            try fixture.file.write(batch)
        }
        let series = try #require(try fixture.file.selectBlocking([], from: .min, through: .max).series.first)
        #expect(series.columns.timestamps == (0...4).map { time + $0 })
        #expect(series.columns.values == [1, 2, 1, 2, 3])
    }

    @Test("holds days before 1970")
    func earlyDays() throws {
        for number in [-1, -25_000, -719_162] as [Int64] {
            let fixture = try DayFileFixture(day: Day(number: number))
            var random = RandomSeries(seed: 1, day: fixture.day)
            var expected = Contents()
            try fixture.file.write(random.batch(series: 20, samples: 50, into: &expected))
            #expect(try fixture.file.contents() == expected)
            #expect(try fixture.file.contents(from: fixture.day.start, through: fixture.day.end) == expected)
            #expect(try fixture.file.contents(from: fixture.day.end + 1) == [:])
        }
    }

    @Test("splits a series of very many samples over blocks and puts it together again")
    func longSeries() throws {
        let fixture = try DayFileFixture()
        var random = SeededGenerator(seed: 7)
        var batch = SeriesBatch()
        var expected = Contents()
        for metric in ["a", "b", "c"] {
            let count: Int64 = metric == "b" ? 200_000 : 10
            let columns = SampleColumns(
                timestamps: (0..<count).map { fixture.day.start + $0 * 100 },
                values: (0..<count).map { _ in Double(bitPattern: random.next()) })
            batch.append(["__name__": metric], columns)
            expected.add(["__name__": metric], columns)
        }
        try fixture.file.write(batch)
        #expect(try fixture.file.statistics().blocks > 3)
        #expect(try fixture.file.contents() == expected)
        try fixture.file.compact(sampleBudget: 1)
        #expect(try fixture.file.contents() == expected)
        #expect(try fixture.file.verify().faults == [])
    }

    @Test("takes series in any order, and closes blocks that have many series")
    func manySeries() throws {
        let fixture = try DayFileFixture()
        let columns = SampleColumns(timestamps: [fixture.day.start], values: [1])
        try fixture.file.write { appender in
            for index in (0..<20_000).reversed() {
                try LabelSet(metric: "m\(index % 7)", ["i": "\(index)"]).bytes.withUnsafeBytes { labels in
                    try columns.timestamps.withUnsafeBufferPointer { timestamps in
                        try columns.values.withUnsafeBufferPointer {
                            if index < 3 || index > 10_000 { try appender.append(labels: labels, timestamps: timestamps, values: $0) }
                        }
                    }
                }
            }
        }
        #expect(try fixture.file.contents().count == 10_002)
        #expect(try fixture.file.contents([LabelMatcher("i", equals: "2")]).count == 1)
        #expect(try fixture.file.contents([LabelMatcher("__name__", equals: "m3")]).count == 1_428)
    }

    @Test("writes all or nothing")
    func atomicity() throws {
        struct Stop: Error {}
        let fixture = try DayFileFixture()
        var random = RandomSeries(seed: 3)
        var expected = Contents()
        try fixture.file.write(random.batch(series: 20, samples: 50, into: &expected))
        var other = Contents()
        let batch = random.batch(series: 500, samples: 200, into: &other)
        #expect(throws: SeriesStoreFailure.self) {
            try fixture.file.write { appender in
                try batch.forEachInOrder { try appender.append(labels: $0, timestamps: $1, values: $2) }
                throw Stop()
            }
        }
        #expect(try fixture.file.contents() == expected)
    }

    @Test("of another version is refused by name")
    func otherVersion() throws {
        let fixture = try DayFileFixture()
        try fixture.file.pool.write { try $0.execute(sql: "PRAGMA user_version = 1") }
        #expect {
            _ = try DayFile(.day(fixture.day), directory: fixture.directory.path)
        } throws: { error in
            guard case .foreign(_, let reason) = error as? SeriesStoreFailure else { return false }
            return reason.contains("version 1")
        }
    }

    @Test("that is no database is reported as damaged")
    func noDatabase() throws {
        let directory = TestDirectory()
        let day = Day(number: 20_000)
        try directory.write(Array(repeating: 7, count: 10_000), to: day.fileName)
        #expect {
            _ = try DayFile(.day(day), directory: directory.path)
        } throws: { error in
            if case .damaged = error as? SeriesStoreFailure { true } else { false }
        }
    }

    @Test("tells what it holds and what takes the space")
    func statistics() throws {
        let fixture = try DayFileFixture()
        var random = RandomSeries(seed: 3)
        var expected = Contents()
        try fixture.file.write(random.batch(series: 40, samples: 50, into: &expected))
        let statistics = try fixture.file.statistics()
        let verification = try fixture.file.verify()
        #expect(statistics.blocks == verification.blocks)
        #expect(statistics.series == verification.series)
        #expect(statistics.samples == verification.samples)
        #expect(statistics.chunkBytes > 0 && statistics.labelBytes > 0)
        #expect(statistics.fileBytes >= statistics.chunkBytes + statistics.labelBytes)
    }
}
