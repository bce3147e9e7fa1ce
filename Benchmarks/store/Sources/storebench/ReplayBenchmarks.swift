import Logging
import PostwatchModel
import PostwatchRuntime
import SeriesStore

/// The start on a journal that was never flushed, one series message per sample: the dearest kind.
struct ReplayBenchmarks {
    let load: HostLoad
    let directory: String

    func run(into report: inout Report) async throws {
        let first = try open()
        for step in 0..<load.steps {
            for block in load.requests(step: step) { _ = try await first.write(.snappy(block)) }
        }
        await first.close()
        let clock = ContinuousClock()
        var processor: [Double] = []
        var wall: [Double] = []
        for _ in 0...report.runs {
            let (begin, beginOnClock) = (Processor.seconds, clock.now)
            let store = try open()
            wall.append((clock.now - beginOnClock) / .nanoseconds(load.sampleCount))
            processor.append((Processor.seconds - begin) * 1e9 / Double(load.sampleCount))
            precondition(store.status().samplesInMemory == load.sampleCount, "All samples are back")
            await store.close()
        }
        let what = "\(load.seriesCount) series × \(load.steps)"
        report.add("start: replay the journal", .nanosecondsPerSample, Array(processor.dropFirst()), of: what)
        // Several threads share the work.
        report.add("start: the same by wall clock", .nanosecondsPerSample, Array(wall.dropFirst()), of: what)
    }

    // MARK: - Private

    private func open() throws -> SeriesStore {
        let now = Timestamp(milliseconds: HostLoad.time(of: load.steps))
        return try SeriesStore.open(
            directory: "\(directory)/store", world: World(clock: ContinuousClock(), now: { now }),
            logger: Logger(label: "storebench") { _ in SwiftLogNoOpLogHandler() })
    }
}
