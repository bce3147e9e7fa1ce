import Logging
import MailClient
import NIOPosix
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// The targets of one job: found, relabelled, and scraped as long as they are there.
final class ScrapePool: Sendable {
    private struct State: Sendable {
        var scrapers: [ScrapeTarget.Identity: TargetScraper] = [:]
        var dropped: [DroppedTarget] = []
    }

    let configuration: ScrapeConfiguration
    private let surroundings: ScrapeSurroundings
    private let faults: DiscoveryFaults
    private let state = Mutex(State())

    init(_ configuration: ScrapeConfiguration, surroundings: ScrapeSurroundings) {
        self.configuration = configuration
        self.surroundings = surroundings
        faults = DiscoveryFaults(job: configuration.jobName, surroundings: surroundings)
    }

    var activeTargets: [ActiveTarget] {
        state.withLock { Array($0.scrapers.values) }.map(\.report).sorted { $0.scrapeURL < $1.scrapeURL }
    }

    /// What each target said of its metric families on its last page, by its labels.
    func families() async -> [(labels: LabelSet, families: [String: MetricMetadata])] {
        let scrapers = state.withLock { Array($0.scrapers.values) }
        var all: [(target: ActiveTarget, families: [String: MetricMetadata])] = []
        for scraper in scrapers { all.append((scraper.report, await scraper.families)) }
        return all.sorted { $0.target.scrapeURL < $1.target.scrapeURL }.map { ($0.target.labels, $0.families) }
    }

    var droppedTargets: [DroppedTarget] { state.withLock { $0.dropped } }

    /// Finds and scrapes until the task is cancelled.
    func run() async {
        let shared = client(host: "")
        let updates = AsyncStream<(source: Int, groups: [TargetGroup])>.makeStream()
        await withTaskGroup { group in
            for (number, discovery) in configuration.discoveries.map(discovering).enumerated() {
                group.addTask {
                    await discovery.run { updates.continuation.yield((number, $0)) }
                }
            }
            group.addTask { await self.follow(updates.stream, shared) }
            await group.waitForAll()
        }
        if case .success(let client) = shared { await client.close() }
    }

    // MARK: - Private

    private func discovering(_ discovery: DiscoveryConfiguration) -> any TargetDiscovering {
        let world = surroundings.world
        return switch discovery {
        case .fixed(let groups): FixedTargets(groups: groups)
        case .files(let files): TargetFiles(configuration: files, world: world, faults: faults)
        case .address(let address): TargetAddress(configuration: address, world: world, faults: faults)
        case .names(let names):
            TargetNames(
                configuration: names,
                resolver: NameResolver(threadPool: .singleton, group: MultiThreadedEventLoopGroup.singleton), world: world, faults: faults)
        }
    }

    /// What goes on for each update: new targets are scraped, those that are gone are ended.
    private func follow(
        _ updates: AsyncStream<(source: Int, groups: [TargetGroup])>, _ shared: Result<PageClient, ScrapeFailure>
    ) async {
        await withDiscardingTaskGroup { group in
            var found: [Int: [TargetGroup]] = [:]
            for await update in updates {
                found[update.source] = update.groups
                let groups = found.sorted { $0.key < $1.key }.flatMap(\.value)
                for (scraper, owned) in adopt(groups, shared) {
                    group.addTask {
                        await scraper.live()
                        await owned?.close()
                    }
                }
            }
        }
    }

    /// Makes the scrapers those of `groups`; returns the new ones, each with the client that it has for itself, if it does.
    private func adopt(
        _ groups: [TargetGroup], _ shared: Result<PageClient, ScrapeFailure>
    ) -> [(TargetScraper, PageClient?)] {
        var wanted: [ScrapeTarget.Identity: ScrapeTarget] = [:]
        var dropped: [DroppedTarget] = []
        var faulty: [String] = []
        for group in groups {
            for address in group.targets {
                switch ScrapeTarget.make(address, of: group, in: configuration) {
                case .target(let target): if wanted[target.identity] == nil { wanted[target.identity] = target }
                case .dropped(let labels): drop(labels, into: &dropped)
                case .faulty(let labels, let reason):
                    drop(labels, into: &dropped)
                    faulty.append(reason)
                }
            }
        }
        note(faulty: faulty)
        let limit = configuration.limits.targets
        let verdict = limit > 0 && wanted.count > limit ? ScrapeFailure.tooManyTargets(count: wanted.count, limit: limit) : nil
        let (gone, new, all) = state.withLock { state in
            state.dropped = dropped
            let gone = state.scrapers.filter { wanted[$0.key] == nil }
            for key in gone.keys { state.scrapers[key] = nil }
            var new: [(TargetScraper, PageClient?)] = []
            for (key, target) in wanted where state.scrapers[key] == nil {
                let (client, owned) = client(for: target, shared)
                let scraper = TargetScraper(target, job: configuration, client: client, surroundings: surroundings)
                state.scrapers[key] = scraper
                new.append((scraper, owned))
            }
            return (Array(gone.values), new, Array(state.scrapers.values))
        }
        for scraper in gone { scraper.remove() }
        for scraper in all { scraper.condemn(verdict) }
        return new
    }

    /// Said together: a list may hold thousands of the kind.
    private func note(faulty reasons: [String]) {
        guard let first = reasons.sorted().first else { return faults.note("the targets that were found", nil) }
        faults.note("the targets that were found", reasons.count == 1 ? first : "\(first); and \(reasons.count - 1) more like it")
    }

    private func drop(_ labels: [String: String], into dropped: inout [DroppedTarget]) {
        guard dropped.count < configuration.shownDropped else { return }
        dropped.append(DroppedTarget(discoveredLabels: LabelSet(labels.map { ($0.key, $0.value) }), scrapePool: configuration.jobName))
    }

    /// A client of its own where the server's name is not that of its address, since it is the client that knows the other one.
    private func client(
        for target: ScrapeTarget, _ shared: Result<PageClient, ScrapeFailure>
    ) -> (Result<PageClient, ScrapeFailure>, PageClient?) {
        guard configuration.access.tls.serverName != nil else { return (shared, nil) }
        let own = client(host: TargetHost.name(of: target.url))
        return (own, try? own.get())
    }

    private func client(host: String) -> Result<PageClient, ScrapeFailure> {
        do throws(ScrapeFailure) {
            return .success(
                try PageClient(
                    configuration.access, host: host, bodyLimit: configuration.limits.effectiveBodyBytes, idle: configuration.interval * 2))
        } catch {
            return .failure(error)
        }
    }
}
