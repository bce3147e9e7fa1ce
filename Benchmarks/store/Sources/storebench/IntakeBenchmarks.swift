@testable import SeriesStore

/// A request on its way into memory: 200,000 series, requests of 10,000 samples.
struct IntakeBenchmarks {
    private let load: HostLoad
    /// Of each step, its requests.
    private let blocks: [[[UInt8]]]

    init(load: HostLoad) {
        self.load = load
        blocks = (0..<load.steps).map { load.requests(step: $0) }
    }

    func run(into report: inout Report) throws {
        precondition(report.runs + 2 <= load.steps, "Each run takes a step of its own")
        let series = load.seriesCount
        try report.measure("decode a request: snappy, protobuf", .nanosecondsPerSample, count: series, of: "\(series) samples") {
            let request = IntakeRequest()
            for block in blocks[0] { try block.withUnsafeBytes { try request.take(block: $0, limit: SeriesIntake.contentLimit) } }
        }
        report.measure(
            "append: new series", .microsecondsPerSeries, count: series, of: "\(series) series, one sample each",
            setUp: { _ in (SharedRecentSamples(RecentSamples(floor: 0)), records(of: 0)) },
            body: { Self.take($0.1, into: $0.0) })
        let memory = SharedRecentSamples(RecentSamples(floor: 0))
        Self.take(records(of: 0), into: memory)
        report.measure(
            "append: decode, find the series, insert", .nanosecondsPerSample, count: series, of: "\(series) known series",
            setUp: { records(of: $0 + 1) },
            body: { Self.take($0, into: memory) })
    }

    // MARK: - Private

    /// As the journal holds them.
    private func records(of step: Int) -> [[UInt8]] {
        blocks[step].map { [SeriesIntake.recordKind] + $0 }
    }

    private static func take(_ records: [[UInt8]], into memory: SharedRecentSamples) {
        let request = IntakeRequest()
        for record in records {
            let isKnown = record.withUnsafeBytes { SeriesIntake.unpack($0, into: request) }
            precondition(isKnown, "The load is sound")
            memory.withLock { SeriesIntake.applyAgain(request, to: &$0) }
        }
    }
}
