import Logging
import PostwatchModel
import PostwatchRuntime
import TestSupport

@testable import SeriesStore

/// A store in a directory of its own, with a clock that stands.
struct StoreFixture {
    static let noon = Timestamp(milliseconds: 1_699_963_200_000)  // 2023-11-14T12:00:00Z
    static let series = LabelSet(metric: "queue_size", ["instance": "mx-1"])

    let directory: TestDirectory
    let time: TestTime
    var configuration = StorageConfiguration()

    init(directory: TestDirectory = TestDirectory(), time: TestTime = TestTime(noon)) {
        self.directory = directory
        self.time = time
    }

    func open(in other: TestDirectory? = nil, disk: JournalDisk = .live, segmentBytes: Int = 32 << 20) throws -> SeriesStore {
        try SeriesStore.open(
            directory: (other ?? directory).path, configuration: configuration, world: time.world, logger: quiet, disk: disk,
            segmentBytes: segmentBytes)
    }

    private var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

extension Sample {
    init(_ labels: LabelSet = StoreFixture.series, at milliseconds: Int64, _ value: Double) {
        self.init(labels: labels, timestamp: Timestamp(milliseconds: milliseconds), value: value)
    }
}

extension SeriesStore {
    /// Everything that satisfies the matchers, as timestamp → bits of the value.
    func contents(
        _ matchers: [LabelMatcher] = [], from start: Int64 = .min, through end: Int64 = .max
    ) async throws -> [LabelSet: [Int64: UInt64]] {
        let found = try await select(matchers, from: Timestamp(milliseconds: start), through: Timestamp(milliseconds: end))
        var contents: [LabelSet: [Int64: UInt64]] = [:]
        for columns in found {
            precondition(contents[columns.labels] == nil, "Each series once")
            precondition(zip(columns.timestamps, columns.timestamps.dropFirst()).allSatisfy(<), "Rising timestamps")
            contents[columns.labels] = Dictionary(uniqueKeysWithValues: zip(columns.timestamps, columns.values.map(\.bitPattern)))
        }
        return contents
    }
}
