import Logging
import PostwatchModel
import PostwatchRuntime
import TestSupport

@testable import Scraping

/// A service that scrapes in a time that the test moves, and what it stores.
struct ScrapeTrial: Sendable {
    let clock: ManualClock
    let world: World
    let telemetry: Telemetry
    let service: ScrapeService
    let stored: AsyncStream<[UInt8]>
    /// What was logged, with its reason if it has one.
    let told: Shared<[String]>

    private struct LogNotes: LogHandler {
        let told: Shared<[String]>
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let reason = event.metadata?["reason"].map { ": \($0)" } ?? ""
            told.withLock { $0.append("\(event.message)\(reason)") }
        }
    }

    private struct Receiver: RemoteWriteReceiving {
        let requests: AsyncStream<[UInt8]>.Continuation

        func write(_ body: RemoteWriteBody) async throws -> WriteReport {
            if case .plain(let bytes) = body { requests.yield(bytes) }
            return WriteReport()
        }
    }

    /// Runs `body` beside the service, which is stopped in the end.
    static func run(
        _ jobs: [ScrapeConfiguration], receivers: [any RemoteWriteReceiving] = [],
        _ body: @escaping @Sendable (ScrapeTrial) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        let world = World.manual(clock: clock)
        let telemetry = Telemetry(facts: ScrapeFacts.all)
        let (stored, continuation) = AsyncStream<[UInt8]>.makeStream()
        let told = Shared<[String]>([])
        let logger = Logger(label: "scraping") { _ in LogNotes(told: told) }
        let service = ScrapeService(
            jobs, receivers: receivers + [Receiver(requests: continuation)], world: world, telemetry: telemetry, logger: logger)
        let trial = ScrapeTrial(clock: clock, world: world, telemetry: telemetry, service: service, stored: stored, told: told)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await service.run()
                return false
            }
            group.addTask {
                try await body(trial)
                return true
            }
            while let isBody = try await group.next(), !isBody {}
            group.cancelAll()
        }
    }

    /// Waits for `sleepers` to wait, moves the time, and gives what is stored next, without the series about the target but `up`.
    func afterwards(_ wait: Duration = .seconds(1), sleepers: Int = 1) async throws -> [String] {
        await clock.sleepers(reach: sleepers)
        clock.advance(by: wait)
        return try await next()
    }

    /// What is stored next.
    func next() async throws -> [String] {
        for await request in stored {
            return try StoredLines.of(request).filter { !$0.hasPrefix("scrape_") }.map { String($0.prefix { $0 != "@" }.dropLast()) }
        }
        return []
    }

    func count(of counter: String) -> Double {
        telemetry.snapshot().first { $0.name == "postwatch_\(counter)_total" }?.value ?? -1
    }
}

extension ScrapeConfiguration {
    /// A job with the targets at `addresses`, every second.
    static func job(_ name: String = "j", at addresses: String...) -> ScrapeConfiguration {
        var job = ScrapeConfiguration(jobName: name, interval: .seconds(1), timeout: .milliseconds(500))
        job.discoveries = [.fixed([TargetGroup(targets: addresses, labels: ["instance": "i"])])]
        return job
    }
}
