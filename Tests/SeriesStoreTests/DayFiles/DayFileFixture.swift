import GRDB
import PostwatchModel
import TestSupport

@testable import SeriesStore

/// A day file in a directory of its own.
struct DayFileFixture {
    let directory = TestDirectory()
    let day: Day
    let file: DayFile

    init(day: Day = Day(number: 20_000)) throws {
        self.day = day
        file = try DayFile(.day(day), directory: directory.path)
    }

    /// What a process that is killed now would leave behind, opened again.
    func reopenedCopy() throws -> (DayFile, TestDirectory) {
        let copy = try directory.snapshot()
        return (try DayFile(.day(day), directory: copy.path), copy)
    }
}

/// Label set → time → bits of the value: what is expected of a file.
typealias Contents = [LabelSet: [Int64: UInt64]]

extension DayFile {
    func contents(_ matchers: [LabelMatcher] = [], from start: Int64 = .min, through end: Int64 = .max) throws -> Contents {
        let selection = try selectBlocking(matchers, from: start, through: end)
        precondition(selection.damagedBlocks.isEmpty)
        return Contents(selection)
    }
}

extension Contents {
    init(_ selection: DayFile.Selection) {
        self.init()
        for series in selection.series {
            let labels = series.labels
            precondition(self[labels] == nil, "Each series once")
            precondition(zip(series.columns.timestamps, series.columns.timestamps.dropFirst()).allSatisfy(<), "Rising timestamps")
            self[labels] = [Int64: UInt64](uniqueKeysWithValues: zip(series.columns.timestamps, series.columns.values.map(\.bitPattern)))
        }
    }

    /// Of two samples at one time the one that is there stays.
    mutating func add(_ labels: LabelSet, _ columns: SampleColumns) {
        for (timestamp, value) in zip(columns.timestamps, columns.values) where self[labels]?[timestamp] == nil {
            self[labels, default: [:]][timestamp] = value.bitPattern
        }
    }

    func filter(_ matchers: [LabelMatcher], from start: Int64, through end: Int64) -> Contents {
        var found = Contents()
        for (labels, samples) in self where matchers.allSatisfy({ $0.matches(labels) }) {
            let kept = samples.filter { start <= $0.key && $0.key <= end }
            if !kept.isEmpty { found[labels] = kept }
        }
        return found
    }
}

/// Random series of many shapes.
struct RandomSeries {
    var random: SeededGenerator
    let day: Day

    init(seed: UInt64, day: Day = Day(number: 20_000)) {
        random = SeededGenerator(seed: seed)
        self.day = day
    }

    mutating func labels() -> LabelSet {
        var labels: [String: String] = [:]
        for name in ["Cluster", "__name__", "cpu", "instance", "le", "mode"] where Int.random(in: 0..<4, using: &random) > 0 {
            let long = Int.random(in: 0..<40, using: &random) == 0
            labels[name] = long ? String(repeating: "long", count: 100) : "\(name.first ?? "x")\(Int.random(in: 0..<5, using: &random))"
        }
        return LabelSet(labels.map { ($0.key, $0.value) })
    }

    mutating func columns(upTo count: Int) -> SampleColumns {
        let count = Int.random(in: 1...count, using: &random)
        let step: Int64 = [1, 1_000, 15_000].randomElement(using: &random) ?? 1
        let offset = Int64.random(in: 0..<(Day.milliseconds - Int64(count) * step), using: &random)
        let start = day.start + offset / step * step
        let kind = Int.random(in: 0..<4, using: &random)
        var value = Double(Int.random(in: 0..<1000, using: &random))
        var values: [Double] = []
        for _ in 0..<count {
            switch kind {
            case 0: break
            case 1: value += Double(Int.random(in: 0..<100, using: &random))
            case 2: value = Double(bitPattern: random.next())
            default: value = Double.random(in: -1...1, using: &random)
            }
            values.append(Int.random(in: 0..<50, using: &random) == 0 ? Sample.staleMarker : value)
        }
        return SampleColumns(timestamps: (0..<Int64(count)).map { start + $0 * step }, values: values)
    }

    mutating func batch(series: Int, samples: Int, into expected: inout Contents) -> SeriesBatch {
        var batch = SeriesBatch()
        for _ in 0..<series {
            let labels = labels()
            let columns = columns(upTo: samples)
            batch.append(labels, columns)
            expected.add(labels, columns)
        }
        return batch
    }

    mutating func matchers() throws -> [LabelMatcher] {
        let names = ["Cluster", "__name__", "cpu", "instance", "le", "mode", "absent"]
        let operations: [LabelMatcher.Operation] = [.equal, .notEqual, .matches, .doesNotMatch]
        return try (0..<Int.random(in: 0..<3, using: &random)).map { _ in
            let name = names.randomElement(using: &random) ?? ""
            let letter = name.first ?? "x"
            let values = ["\(letter)1", "\(letter)2", "\(letter)[0-2]", ".*", ".+", "", "\(letter)1|\(letter)3"]
            return try LabelMatcher(
                name, operations.randomElement(using: &random) ?? .equal, values.randomElement(using: &random) ?? "")
        }
    }

    /// A stretch of the day.
    mutating func range() -> ClosedRange<Int64> {
        let ends = [0, 1].map { _ in day.start + Int64.random(in: 0..<Day.milliseconds, using: &random) }.sorted()
        return ends[0]...ends[1]
    }
}
