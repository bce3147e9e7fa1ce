import PostwatchModel
import TestSupport
import Testing

@testable import SeriesStore

@Suite("Summaries of a series")
struct SummaryColumnsTests {
    static let summaries: [(SampleSelection.Summary, SummaryColumn)] = [
        (.last, .last), (.minimum, .minimum), (.maximum, .maximum), (.sum, .sum), (.count, .count),
    ]

    @Test("are what a naive look at each stretch finds", arguments: 0..<200 as Range<UInt64>)
    func naive(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let resolution = Resolution.allCases.randomElement(using: &random) ?? .oneHour
        var samples: [Int64: Double] = [:]
        let start = Int64.random(in: -20_000_000...20_000_000, using: &random)
        let step: Int64 = [1, 15_000, 60_000, 700_000].randomElement(using: &random) ?? 1
        for index in 0..<Int64.random(in: 1...400, using: &random) where Int.random(in: 0..<4, using: &random) > 0 {
            let isStale = Int.random(in: 0..<20, using: &random) == 0
            samples[start + index * step] = isStale ? Sample.staleMarker : Double(Int.random(in: -50...50, using: &random))
        }
        let sorted = samples.sorted { $0.key < $1.key }
        let columns = SampleColumns(timestamps: sorted.map(\.key), values: sorted.map(\.value))
        let found = SummaryColumns(of: columns, in: resolution, after: nil)
        let naive = NaiveSummary(samples: samples, length: resolution.milliseconds)
        for (summary, column) in Self.summaries {
            let stored = found.stored(column, replacing: false)
            #expect(Dictionary(uniqueKeysWithValues: zip(stored.timestamps, stored.values)) == naive.values(summary), "seed \(seed)")
        }
    }

    @Test("of halves, added up, are those of the whole", arguments: 0..<100 as Range<UInt64>)
    func adding(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var (all, one, other) = (SampleColumns(), SampleColumns(), SampleColumns())
        for index in 0..<200 as Range<Int64> {
            let value = Double(Int.random(in: 0...50, using: &random))
            all.append(index * 20_000, value)
            if Bool.random(using: &random) { one.append(index * 20_000, value) } else { other.append(index * 20_000, value) }
        }
        let sum = SummaryColumns(of: one, in: .fiveMinutes, after: nil).adding(
            SummaryColumns(of: other, in: .fiveMinutes, after: nil), in: .fiveMinutes)
        let whole = SummaryColumns(of: all, in: .fiveMinutes, after: nil)
        for (_, column) in Self.summaries {
            #expect(sum.stored(column, replacing: false).values == whole.stored(column, replacing: false).values, "seed \(seed)")
        }
        #expect(sum.stored(.last, replacing: false).timestamps == whole.stored(.last, replacing: false).timestamps)
    }

    @Test("count what is not a number, and take it for the smallest or largest only where there is none")
    func notANumber() {
        let columns = SampleColumns(timestamps: [0, 1, 2, 300_000], values: [.nan, 4, .nan, .nan])
        let found = SummaryColumns(of: columns, in: .fiveMinutes, after: nil).summaries
        #expect(found.map(\.count) == [3, 1])
        #expect(found[0].minimum == 4 && found[0].maximum == 4 && found[0].last.isNaN && found[0].sum.isNaN)
        #expect(found[1].minimum.isNaN && found[1].maximum.isNaN)
    }

    @Test("let a counter rise by what it really rose, whenever it was reset", arguments: 0..<200 as Range<UInt64>)
    func resets(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var columns = SampleColumns()
        var value = Double(Int.random(in: 0...5, using: &random))
        let step: Int64 = [1, 15_000, 100_000].randomElement(using: &random) ?? 1
        for index in 0..<600 as Range<Int64> {
            value += Double(Int.random(in: 0...9, using: &random))
            if Int.random(in: 0..<40, using: &random) == 0 { value = Double(Int.random(in: 0...3, using: &random)) }
            columns.append(1_000_000 + index * step, value)
        }
        // The first stretch alone, so that the edge is the same.
        let first = columns.slice(from: .min, through: Resolution.fiveMinutes.end(ofStretchWith: columns.timestamps[0]))
        let rest = columns.slice(from: (first.timestamps.last ?? 0) + 1, through: .max)
        let found = SummaryColumns(of: rest, in: .fiveMinutes, after: first.values.last)
        let reading = SummaryReading(resolution: .fiveMinutes, summary: .counter)
        let labels = LabelSet(metric: "m")
        let stored = [SummaryColumn.last, .lost].map { column in
            StoredSeries(labels: column.labels(of: labels), columns: found.stored(column, replacing: false))
        }
        let read = reading.samples(of: stored.filter { !$0.columns.isEmpty }, in: .min ... .max)
        let values = [try #require(first.values.last)] + (read.first?.columns.values ?? [])
        #expect(NaiveSummary.increase(values) == NaiveSummary.increase([values[0]] + rest.values), "seed \(seed)")
        #expect(read.first.map { zip($0.columns.timestamps, $0.columns.timestamps.dropFirst()).allSatisfy(<) } ?? true)
    }
}

@Suite("Names of files")
struct StoredSpanTests {
    @Test("lead back to the day or month that they are of, in every year")
    func names() {
        for number in stride(from: -719_528 as Int64, through: 2_932_896, by: 13) {
            let day = Day(number: number)
            let month = Month(containing: day)
            #expect(month.days.contains(day))
            #expect(Month(containing: month.days.lowerBound) == month && Month(containing: month.days.upperBound) == month)
            #expect(Month(containing: Day(number: month.days.upperBound.number + 1)).number == month.number + 1)
            for resolution in Resolution.allCases {
                let span = StoredSpan.month(month, resolution)
                #expect(StoredSpan(fileName: span.fileName) == span)
            }
        }
        #expect(StoredSpan.month(Month(containing: Day(number: 0)), .fiveMinutes).fileName == "series-1970-01-5m.sqlite")
        #expect(StoredSpan(fileName: "series-2026-08-20.sqlite")?.isMonth == false)
        for name in ["series-2026-08.sqlite", "series-2026-08-.sqlite", "series-2026-13-5m.sqlite", "series-2026-08-7m.sqlite", "reserve"] {
            #expect(StoredSpan(fileName: name) == nil)
        }
    }
}
