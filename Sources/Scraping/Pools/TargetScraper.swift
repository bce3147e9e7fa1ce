import AsyncHTTPClient
import Logging
import NIOCore
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// Reads the page of one target on its beat and hands over what it gives. One scrape at a time: those that fall into a long one are
/// missed and counted.
actor TargetScraper {
    /// A scrape that starts at most this far from it has the time for which it was planned, as in Prometheus: regular times compress better.
    private static let tolerance = Duration.milliseconds(2)

    nonisolated let target: ScrapeTarget
    private let job: ScrapeConfiguration
    private let surroundings: ScrapeSurroundings
    private let client: Result<(PageClient, HTTPClient.Request), ScrapeFailure>
    private var memory: PageMemory
    private var pageBytes = 0
    private var absence = FaultTracker()
    private var loss = FaultTracker()
    private var delay = FaultTracker()
    private nonisolated let status: Mutex<ActiveTarget>
    private nonisolated let verdict = Mutex<ScrapeFailure?>(nil)
    private nonisolated let removal = AsyncStream<Void>.makeStream()

    init(_ target: ScrapeTarget, job: ScrapeConfiguration, client: Result<PageClient, ScrapeFailure>, surroundings: ScrapeSurroundings) {
        self.target = target
        self.job = job
        self.surroundings = surroundings
        self.client = Self.request(for: target, job, client)
        memory = PageMemory(
            labelling: SeriesLabelling(
                target: target.labels, honorsLabels: job.honorsLabels, rules: job.metricRelabelRules, limits: job.limits,
                externalLabels: surroundings.externalLabels),
            honorsTimestamps: job.honorsTimestamps, tracksTimestampStaleness: job.tracksTimestampStaleness,
            keepsClassicBuckets: job.keepsClassicBuckets)
        status = Mutex(
            ActiveTarget(
                discoveredLabels: LabelSet(target.discovered.map { ($0.key, $0.value) }),
                labels: LabelSet(target.labels.map { ($0.key, $0.value) }), scrapePool: job.jobName, scrapeURL: target.url,
                globalURL: target.url, scrapeInterval: target.interval, scrapeTimeout: target.timeout))
    }

    /// What the target said of its metric families on its last page.
    var families: [String: MetricMetadata] { memory.metadata }

    /// How the target is.
    nonisolated var report: ActiveTarget { status.withLock { $0 } }

    /// Every scrape fails for this reason until it is taken back.
    nonisolated func condemn(_ failure: ScrapeFailure?) {
        verdict.withLock { $0 = failure }
    }

    /// The target is gone: its series are ended, and `live` returns.
    nonisolated func remove() {
        removal.continuation.finish()
    }

    /// Scrapes until the target is removed or the task is cancelled. A cancelled one leaves its series alive: another process may go on.
    func live() async {
        let isRemoved = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                try? await self.followBeat()
                return false
            }
            group.addTask { [removal] in
                for await _ in removal.stream {}
                return !Task.isCancelled
            }
            let isRemoved = await group.next() ?? false
            group.cancelAll()
            return isRemoved
        }
        guard isRemoved, let request = memory.farewell(time: surroundings.world.now().milliseconds) else { return }
        _ = await store(request)
    }

    // MARK: - Private

    private func followBeat() async throws {
        let world = surroundings.world
        let beat = Beat(every: target.interval, spreadBy: report.labels.description + target.url)
        var planned = beat.start(after: world.now())
        while true {
            try await world.sleep(until: planned)
            let begun = world.now()
            let lateness = begun - planned
            // Early, too: the clock that wakes and the one that stamps are not the same.
            let isPunctual = lateness >= .zero - Self.tolerance && lateness <= Self.tolerance && target.interval > Self.tolerance * 100
            await scrape(at: isPunctual ? planned : begun)
            try Task.checkCancellation()
            let ended = max(world.now(), planned)
            let missed = beat.starts(after: max(planned, begun), through: ended)
            note(missed: missed, at: ended)
            planned = beat.start(after: ended)
        }
    }

    private func scrape(at time: Timestamp) async {
        let begun = surroundings.stopwatch()
        let page = await fetch()
        if Task.isCancelled { return }
        let took = begun()
        let result: (writer: RequestWriter, outcome: PageOutcome)
        do throws(ScrapeFailure) {
            let page = try page.get()
            guard let format = ScrapeProtocol(contentType: page.contentType) ?? job.fallbackProtocol else {
                throw .unknownFormat(contentType: page.contentType)
            }
            pageBytes = page.content.readableBytes
            result = page.content.withUnsafeReadableBytes { memory.read($0, as: format, time: time.milliseconds) }
        } catch {
            result = memory.miss(error, time: time.milliseconds)
        }
        let lost = await store(memory.finish(result, duration: took))
        if lost == nil { memory.settle() }
        note(result.outcome.failure ?? lost.map { .notStored(reason: $0) }, isUp: result.outcome.failure == nil, at: time, took: took)
    }

    private static func request(
        for target: ScrapeTarget, _ job: ScrapeConfiguration, _ client: Result<PageClient, ScrapeFailure>
    ) -> Result<(PageClient, HTTPClient.Request), ScrapeFailure> {
        do throws(ScrapeFailure) {
            let client = try client.get()
            let headers = [
                ("Accept", ScrapeProtocol.accept(job.protocols)),
                ("X-Prometheus-Scrape-Timeout-Seconds", "\(target.timeout.seconds)"),
                ("Accept-Encoding", job.compresses ? "gzip" : "identity"),
            ]
            return .success((client, try client.request(target.url, headers: headers)))
        } catch {
            return .failure(error)
        }
    }

    private func fetch() async -> Result<PageClient.Page, ScrapeFailure> {
        if let failure = verdict.withLock({ $0 }) { return .failure(failure) }
        let (client, request): (PageClient, HTTPClient.Request)
        switch self.client {
        case .failure(let failure): return .failure(failure)
        case .success(let both): (client, request) = both
        }
        return await withTaskGroup { [target, surroundings, pageBytes] group in
            group.addTask { () -> Result<PageClient.Page, ScrapeFailure> in
                do throws(ScrapeFailure) {
                    return .success(try await client.page(request, expectedBytes: pageBytes))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                try? await surroundings.world.clock.sleep(for: target.timeout)
                return .failure(.timedOut(after: target.timeout))
            }
            let first = await group.next() ?? .failure(.timedOut(after: target.timeout))
            group.cancelAll()
            return first
        }
    }

    /// Hands a request over; what went wrong, if anything did.
    private func store(_ request: [UInt8]) async -> String? {
        var reason: String?
        for receiver in surroundings.receivers {
            do {
                let report = try await receiver.write(.plain(request))
                if let fault = report.firstFault { reason = fault }
            } catch {
                reason = "\(error)"
            }
        }
        note(loss: reason, at: surroundings.world.now())
        return reason
    }

    private func note(_ failure: ScrapeFailure?, isUp: Bool, at time: Timestamp, took: Duration) {
        let reason = failure?.description ?? ""
        status.withLock { status in
            status.health = isUp ? .up : .down
            status.lastError = reason
            status.lastScrape = time
            status.lastScrapeDuration = took
        }
        let before = absence.span
        let effect = absence.observe(isUp ? nil : reason, at: time)
        if let before, isUp {
            surroundings.report(TargetCameUp(job: job.jobName, url: target.url, span: before), after: effect)
        } else if before == nil, !isUp {
            surroundings.report(TargetWentDown(job: job.jobName, url: target.url, reason: reason), after: effect)
        } else if effect != .silence, let span = absence.span {
            surroundings.report(TargetStaysDown(job: job.jobName, url: target.url, reason: reason, span: span), after: effect)
        }
    }

    private func note(missed: Int64, at time: Timestamp) {
        let before = delay.span
        let effect = delay.observe(missed > 0 ? "late" : nil, at: time)
        if missed > 0 {
            surroundings.report(ScrapesMissed(job: job.jobName, url: target.url, count: missed), after: effect)
        } else if let before {
            surroundings.report(ScrapesPunctual(job: job.jobName, url: target.url, span: before), after: effect)
        }
    }

    private func note(loss reason: String?, at time: Timestamp) {
        let before = loss.span
        let effect = loss.observe(reason, at: time)
        if let reason {
            surroundings.report(ScrapedSamplesLost(job: job.jobName, url: target.url, reason: reason), after: effect)
        } else if let before {
            surroundings.report(ScrapedSamplesKept(job: job.jobName, url: target.url, span: before), after: effect)
        }
    }
}
