import GRDB
import PostwatchModel
import TestSupport
import Testing

@testable import SeriesStore

@Suite("Native histograms in a day file")
struct DayFileHistogramTests {
    static let labels = LabelSet(metric: "latency", ["instance": "mx-1"])

    static func rows(of file: DayFile) throws -> Int {
        try file.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM histograms") ?? 0 }
    }

    @Test("are those that were written first, through flushes, merges and deletions", arguments: 0..<40 as Range<UInt64>)
    func model(seed: UInt64) throws {
        let fixture = try DayFileFixture()
        let file = fixture.file
        var random = RandomHistogram(seed: seed)
        let start = fixture.day.start
        var expected: [LabelSet: [Int64: [UInt64]]] = [:]
        for _ in 0..<30 {
            let from = start + Int64.random(in: 0..<400, using: &random.random) * 1000
            switch Int.random(in: 0..<8, using: &random.random) {
            case 0: try file.compact(sampleBudget: 100)
            case 1: while try !file.mergeStep(isClosed: Bool.random(using: &random.random), sampleBudget: 100).isDone {}
            case 2:
                let end = from + 50_000
                _ = try file.delete([LabelMatcher("n", equals: "1")], from: from, through: end)
                for labels in expected.keys where labels["n"] == "1" {
                    expected[labels] = expected[labels]?.filter { !(from...end).contains($0.key) }
                }
            default:
                var series: [HistogramSeries] = []
                for number in 0..<3 {
                    let labels = LabelSet(metric: number == 2 ? "other" : "latency", ["n": "\(number)"])
                    let points = (0..<20).map { HistogramPoint(timestamp: from + $0 * 1000, histogram: random.next()) }
                    series.append(HistogramSeries(labels: labels, columns: HistogramColumns(points)))
                    expected[labels, default: [:]].merge(points.bits) { first, _ in first }
                }
                try file.write(SeriesBatch(series))
            }
            let found = try file.selectBlocking([], from: .min, through: .max)
            let contents = Dictionary(uniqueKeysWithValues: found.series.map { ($0.labels, $0.histograms.bits) })
            #expect(contents == expected.filter { !$1.isEmpty })
            #expect(found.damagedBlocks.isEmpty)
        }
        let all = expected.values.reduce(0) { $0 + $1.count }
        #expect(try file.verify().faults.isEmpty && file.verify().histograms == all && file.statistics().histograms == all)
        let part = try file.selectBlocking([LabelMatcher("n", .matches, "0|2")], from: start + 100_000, through: start + 200_000)
        #expect(part.series.allSatisfy { $0.labels["n"] != "1" })
        for one in part.series {
            #expect(one.histograms.bits == expected[one.labels]?.filter { (start + 100_000...start + 200_000).contains($0.key) })
        }
    }

    @Test("become a few long rows once the day is over")
    func merging() throws {
        let fixture = try DayFileFixture()
        for flush in 0..<100 {
            let points = (0..<20).map {
                HistogramPoint(
                    timestamp: fixture.day.start + Int64(flush * 20 + $0) * 15_000, histogram: NativeHistogram(count: Double($0)))
            }
            try fixture.file.write(SeriesBatch([HistogramSeries(labels: Self.labels, columns: HistogramColumns(points))]))
            while try !fixture.file.mergeStep(isClosed: false).isDone {}
        }
        #expect(try Self.rows(of: fixture.file) < 24)
        while try !fixture.file.mergeStep(isClosed: true).isDone {}
        #expect(try Self.rows(of: fixture.file) == 2)
        #expect(try fixture.file.newestTimestamp() == fixture.day.start + 1999 * 15_000)
    }

    @Test("come into a file of the release before this one, which had none")
    func olderVersion() throws {
        let fixture = try DayFileFixture()
        var expected = Contents()
        var random = RandomSeries(seed: 1)
        try fixture.file.write(random.batch(series: 3, samples: 10, into: &expected))
        try fixture.file.pool.write { try $0.execute(sql: "DROP TABLE histograms; PRAGMA user_version = 2") }
        let (old, directory) = try fixture.reopenedCopy()
        #expect(try old.contents() == expected)
        #expect(try old.verify().faults.isEmpty && old.statistics().histograms == 0 && old.newestTimestamp() != nil)
        _ = try old.delete([], from: 0, through: 1)
        #expect(try old.mergeStep(isClosed: true).isDone)
        let point = HistogramPoint(timestamp: fixture.day.start, histogram: NativeHistogram(count: 1))
        try old.write(SeriesBatch([HistogramSeries(labels: Self.labels, columns: HistogramColumns([point]))]))
        let again = try DayFile(.day(fixture.day), directory: directory.path)
        #expect(try again.selectBlocking([LabelMatcher("__name__", equals: "latency")], from: .min, through: .max).series.count == 1)
        #expect(try again.verify().faults.isEmpty)
    }

    @Test("with labels that are none, or of another kind, are passed over and named; the rest is merged and answers")
    func damagedLabels() throws {
        for damage in ["labels = x'ff00ff'", "labels = 7", "labels = 'text'", "metric = x'00'", "seal = 0", "first = 0"] {
            let fixture = try DayFileFixture()
            let other = LabelSet(metric: "a", ["instance": "mx-2"])
            try fixture.file.write { appender in
                for offset in 0..<9 as Range<Int64> {
                    let point = HistogramPoint(timestamp: fixture.day.start + offset, histogram: NativeHistogram(count: 1))
                    let columns = HistogramColumns([point])
                    try appender.append([
                        HistogramSeries(labels: other, columns: columns), HistogramSeries(labels: Self.labels, columns: columns),
                    ])
                }
            }
            try fixture.file.pool.write { try $0.execute(sql: "UPDATE histograms SET \(damage) WHERE id IN (2, 3)") }
            // Its metric is found in its labels again.
            let isHealed = damage.hasPrefix("metric")
            func check() throws {
                let found = try fixture.file.selectBlocking([], from: .min, through: .max)
                #expect(found.damagedBlocks.sorted() == (isHealed ? [] : [-3, -2]), "\(damage)")
                #expect(Set(found.series.map(\.histograms.count)) == (isHealed ? [9] : [8]), "\(damage)")
                #expect(found.series.count == 2)
            }
            try check()
            var named: Set<DayFile.BlockNumber> = []
            for isClosed in [false, true] {
                var steps = 0
                var isDone = false
                while !isDone && steps < 100 {
                    let step = try fixture.file.mergeStep(isClosed: isClosed)
                    named.formUnion(step.damagedBlocks)
                    isDone = step.isDone
                    steps += 1
                }
                #expect(steps < 100, "\(damage)")
                try check()
            }
            #expect(named == (isHealed ? [] : [-3, -2]), "\(damage)")
            #expect(try fixture.file.compact() == [])
            try check()
            #expect(try Self.rows(of: fixture.file) == (isHealed ? 2 : 4), "\(damage)")
        }
    }

    @Test("are looked at once for all samples of a flush, and not for each series")
    func oneLook() throws {
        let fixture = try DayFileFixture()
        let start = fixture.day.start
        let points = (0..<20).map { HistogramPoint(timestamp: start + $0 * 1000, histogram: NativeHistogram(count: 1)) }
        try fixture.file.write(SeriesBatch([HistogramSeries(labels: Self.labels, columns: HistogramColumns(points))]))
        var batch = SeriesBatch()
        let columns = SampleColumns(timestamps: [start + 500, start + 1000], values: [1, 2])
        for number in 0..<200 { batch.append(LabelSet(metric: "gauge", ["n": "\(number)"]), columns) }
        batch.append(Self.labels, columns)
        let statements = Shared(0)
        try fixture.file.pool.writeWithoutTransaction { database in
            database.trace { event in
                if "\(event)".contains("FROM histograms") { statements.withLock { $0 += 1 } }
            }
        }
        try fixture.file.write(batch)
        #expect(statements.value > 0 && statements.value < 10, "\(statements.value)")
        #expect(try fixture.file.contents()[Self.labels]?.keys.sorted() == [start + 500])
        #expect(try fixture.file.contents().count == 201)
    }

    @Test("that cannot be read are passed over and named; a merge leaves them where they are")
    func damage() throws {
        let fixture = try DayFileFixture()
        for flush in 0..<9 as Range<Int64> {
            let point = HistogramPoint(timestamp: fixture.day.start + flush, histogram: NativeHistogram(count: 1))
            try fixture.file.write(SeriesBatch([HistogramSeries(labels: Self.labels, columns: HistogramColumns([point]))]))
        }
        try fixture.file.pool.write { try $0.execute(sql: "UPDATE histograms SET data = zeroblob(30) WHERE id = 3") }
        for _ in 0..<2 {
            let found = try fixture.file.selectBlocking([], from: .min, through: .max)
            #expect(found.series.first?.histograms.count == 8 && found.damagedBlocks == [-3])
            #expect(try fixture.file.verify().faults == ["row 3 of histograms cannot be read"])
            try fixture.file.compact()
        }
        #expect(try Self.rows(of: fixture.file) == 2)
    }
}
