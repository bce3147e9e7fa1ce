import NIOPosix
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// All collectors of one agent. They run side by side and fail alone: one that hangs costs its own metrics and nothing else.
public final class CollectorSet: Sendable {
    private let collectors: [any Collecting]
    private let world: World
    private let deadline: Duration
    /// Let go by `stop()`.
    private let threads: [NIOThreadPool]
    /// Names of collectors whose last attempt has not ended.
    private let running: Mutex<Set<String>> = Mutex([])

    /// - Parameters:
    ///   - collectors: Their names must differ; two of one name are our bug.
    ///   - world: Its clock limits and times the attempts, its wall clock stamps the rounds.
    ///   - deadline: The longest that a round waits for one collector. Must be > 0.
    public convenience init(_ collectors: [any Collecting], world: World, deadline: Duration = .seconds(5)) {
        self.init(collectors, world: world, deadline: deadline, threads: [])
    }

    init(_ collectors: [any Collecting], world: World, deadline: Duration, threads: [NIOThreadPool]) {
        precondition(deadline > .zero, "a collector needs time to answer")
        precondition(Set(collectors.map(\.name)).count == collectors.count, "each collector needs a name of its own")
        self.collectors = collectors
        self.world = world
        self.deadline = deadline
        self.threads = threads
    }

    /// The names of the collectors, in the order in which they report.
    public var names: [String] { collectors.map(\.name) }

    /// Asks every collector once. Returns when each has answered or its deadline has passed. One that has still not ended its attempt
    /// of an earlier round is not asked again; it is reported as failed until it comes back.
    public func collect() async -> CollectionRound {
        let moment = world.now()
        let attempts = await withTaskGroup(of: (Int, Attempt).self) { group in
            for (index, collector) in collectors.enumerated() {
                group.addTask { (index, await self.attempt(collector, at: moment)) }
            }
            return await group.reduce(into: [Int: Attempt]()) { $0[$1.0] = $1.1 }
        }
        return round(of: attempts, at: moment)
    }

    /// Makes each survey once: what `collect()` reports of them is fresh then. Ends within the longest of their timeouts.
    public func survey() async {
        await withTaskGroup(of: Void.self) { group in
            for collector in surveys {
                group.addTask { await collector.look() }
            }
        }
    }

    /// Makes surveys at their own pace until it is cancelled; returns at once when there are none.
    public func keepSurveying() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for collector in surveys {
                group.addTask { try await collector.run() }
            }
            try await group.waitForAll()
        }
    }

    /// Lets go of the threads. Does not wait for them: one may hang in the kernel for good. Rounds after this fail with `.stopped`.
    public func stop() {
        for pool in threads { pool.shutdownGracefully { _ in } }
    }

    // MARK: - Private

    private var surveys: [SurveyCollector] { collectors.compactMap { $0 as? SurveyCollector } }

    private struct Attempt: Sendable {
        let result: Result<[Measurement], CollectionFailure>
        let duration: Duration
    }

    private func attempt(_ collector: any Collecting, at moment: Timestamp) async -> Attempt {
        guard running.withLock({ $0.insert(collector.name).inserted }) else {
            return Attempt(result: .failure(.stillRunning), duration: .zero)
        }
        var result: Result<[Measurement], CollectionFailure>?
        let duration = await world.clock.measured {
            result = await world.result(within: deadline) {
                let result = await Result { () async throws(CollectionFailure) in try await collector.collect(at: moment) }
                self.running.withLock { _ = $0.remove(collector.name) }
                return result
            }
        }
        let failure: CollectionFailure = Task.isCancelled ? .stopped : .timedOut(after: deadline, while: "it was measured")
        return Attempt(result: result ?? .failure(failure), duration: duration)
    }

    private func round(of attempts: [Int: Attempt], at moment: Timestamp) -> CollectionRound {
        var measurements: [Measurement] = []
        var failures: [CollectionRound.Failure] = []
        var successes: [Measurement.Point] = []
        var durations: [Measurement.Point] = []
        for (index, collector) in collectors.enumerated() {
            guard let attempt = attempts[index] else { continue }
            let labels: LabelSet = ["collector": collector.name]
            durations.append(Measurement.Point(labels: labels, value: attempt.duration.seconds))
            switch attempt.result {
            case .success(let found):
                successes.append(Measurement.Point(labels: labels, value: 1))
                measurements += found
            case .failure(.stopped):
                // It was not the service that failed: nothing is said of it.
                failures.append(CollectionRound.Failure(collector: collector.name, reason: .stopped))
            case .failure(let reason):
                successes.append(Measurement.Point(labels: labels, value: 0))
                measurements += collector.measurements(after: reason)
                failures.append(CollectionRound.Failure(collector: collector.name, reason: reason))
            }
        }
        measurements.append(
            Measurement(
                "node_scrape_collector_success", .gauge, help: "Whether the collector succeeded (1) or failed (0).", points: successes))
        measurements.append(
            Measurement("node_scrape_collector_duration_seconds", .gauge, help: "How long the collector took.", points: durations))
        let findings = collectors.flatMap { collector in
            collector.findings.map { CollectionRound.Finding(collector: collector.name, text: $0) }
        }
        return CollectionRound(
            moment: moment, measurements: Measurement.merged(measurements), failures: failures, findings: findings)
    }
}

extension Clock where Duration == Swift.Duration {
    /// How long `body` takes.
    fileprivate func measured(_ body: () async -> Void) async -> Duration {
        let start = now
        await body()
        return start.duration(to: now)
    }
}

extension Result {
    fileprivate init(_ body: () async throws(Failure) -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
