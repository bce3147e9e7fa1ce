import NIOPosix
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import Collectors

@Suite("A set of collectors")
struct CollectorSetTests {
    private let clock = ManualClock()
    private let start = Timestamp(milliseconds: 1_000_000)

    @Test("brings what each measured, and that it succeeded")
    func success() async {
        let set = CollectorSet([FakeCollector("a"), FakeCollector("b")], world: world)
        let round = await set.collect()
        #expect(round.moment == start)
        #expect(round.failures == [])
        let metrics = Metrics(round.measurements)
        #expect(metrics["fake_value{collector=\"a\"}"] == 1)
        #expect(metrics["fake_value{collector=\"b\"}"] == 1)
        #expect(metrics["node_scrape_collector_success{collector=\"a\"}"] == 1)
        #expect(metrics["node_scrape_collector_duration_seconds{collector=\"b\"}"] == 0)
        #expect(round.samples(with: ["instance": "mx-1"]).allSatisfy { $0.labels["instance"] == "mx-1" && $0.timestamp == start })
    }

    @Test("lets each collector fail alone, and keeps what is known in spite of it")
    func failure() async {
        let failure = CollectionFailure.unreadable(path: "/x", reason: "no")
        let set = CollectorSet([FakeCollector("bad", .fails(failure)), FakeCollector("good")], world: world)
        let round = await set.collect()
        #expect(round.failures == [.init(collector: "bad", reason: failure)])
        let metrics = Metrics(round.measurements)
        #expect(metrics["fake_up{collector=\"bad\"}"] == 0)
        #expect(metrics["fake_value{collector=\"bad\"}"] == nil)
        #expect(metrics["fake_value{collector=\"good\"}"] == 1)
        #expect(metrics["node_scrape_collector_success{collector=\"bad\"}"] == 0)
        #expect(metrics["node_scrape_collector_success{collector=\"good\"}"] == 1)
    }

    @Test("does not wait longer than the deadline, does not ask again while one hangs, and takes it back when it returns")
    func hanging() async {
        let gate = Gate()
        let hanging = FakeCollector("hanging", .hangs(gate))
        let goodGate = Gate()
        let set = CollectorSet([hanging, FakeCollector("good", .hangs(goodGate))], world: world, deadline: .seconds(5))

        async let firstRound = set.collect()
        await letOneReturn(goodGate)
        clock.advance(by: .seconds(5))
        let first = await firstRound
        #expect(first.failures == [.init(collector: "hanging", reason: .timedOut(after: .seconds(5), while: "it was measured"))])
        let metrics = Metrics(first.measurements)
        #expect(metrics["fake_value{collector=\"good\"}"] == 1)
        #expect(metrics["fake_up{collector=\"hanging\"}"] == 0)
        #expect(metrics["node_scrape_collector_duration_seconds{collector=\"hanging\"}"] == 5)

        let second = await set.collect()
        #expect(second.failures == [.init(collector: "hanging", reason: .stillRunning)])
        #expect(Metrics(second.measurements)["fake_up{collector=\"hanging\"}"] == 0)
        #expect(hanging.attempts == 1)

        gate.open()
        // Its old attempt ends on a thread of its own; from then on it is asked again.
        while await set.collect().failures.contains(where: { $0.reason == .stillRunning }) { await Task.yield() }
        #expect(hanging.attempts >= 2)
    }

    @Test("has threads enough that collectors which block for good leave the others theirs")
    func blockedThreads() async {
        let gate = Gate()
        let goodGate = Gate()
        let threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        let collectors = [BlockingCollector(name: "blocked", gate: gate), BlockingCollector(name: "good", gate: goodGate)]
        let set = CollectorSet(
            collectors.map { OffloadedCollector(collector: $0, threads: threads) }, world: world, deadline: .seconds(5), threads: [threads])
        async let firstRound = set.collect()
        await letOneReturn(goodGate)
        clock.advance(by: .seconds(5))
        #expect(await firstRound.failures.map(\.collector) == ["blocked"])
        #expect(await set.collect().failures == [.init(collector: "blocked", reason: .stillRunning)])
        gate.open()
        set.stop()
    }

    @Test("says of no service that it is down because the agent ends")
    func cancelled() async {
        let gate = Gate()
        let hanging = FakeCollector("hanging", .hangs(gate))
        let set = CollectorSet([hanging], world: world)
        let round = await withTaskGroup(of: CollectionRound.self) { group in
            group.addTask { await set.collect() }
            while hanging.attempts == 0 { await Task.yield() }
            group.cancelAll()
            return await group.next()
        }
        gate.open()
        #expect(round?.failures == [.init(collector: "hanging", reason: .stopped)])
        let metrics = Metrics(round?.measurements ?? [])
        #expect(metrics["fake_up{collector=\"hanging\"}"] == nil)
        #expect(metrics["node_scrape_collector_success{collector=\"hanging\"}"] == nil)
    }

    @Test("fails with a reason after it was stopped")
    func stopped() async {
        let tree = TemporaryTree()
        let set = CollectorSet(CollectorsConfiguration(), world: world, root: tree.root)
        set.stop()
        let reasons = await set.collect().failures.map(\.reason)
        #expect(!reasons.isEmpty)
        #expect(reasons.allSatisfy { $0 == .stopped })
    }

    @Test("measures this machine as configured, and tells of a Postfix that is not there")
    func thisMachine() async {
        let tree = TemporaryTree(["queue/public/": "", "postfix/master.cf": "smtp inet n - y - 7 smtpd\n"])
        let postfix = PostfixSettings(queueDirectory: tree.root + "/queue", configDirectory: tree.root + "/postfix")
        let configuration = CollectorsConfiguration(postfix: [postfix])
        let set = CollectorSet(configuration, world: .manual(clock: clock))
        let round = await set.collect()
        set.stop()
        #expect(round.failures.map(\.collector) == ["postfix"])
        let metrics = Metrics(round.measurements)
        #expect(metrics["postfix_up{path=\"\(tree.root)/queue/public/showq\"}"] == 0)
        #expect(metrics.names(withPrefix: "postfix_showq").isEmpty)
        #expect(metrics["postfix_processes{service=\"smtp\", type=\"inet\"}"] == 0)
        #expect(metrics["postfix_process_limit{service=\"smtp\", type=\"inet\"}"] == 7)
        for name in ["node_load1", "node_boot_time_seconds", "node_memory_MemTotal_bytes", "node_filefd_maximum", "node_time_seconds"] {
            #expect((metrics[name] ?? 0) >= 0 && metrics[name] != nil, "\(name)")
        }
        #expect(!metrics.names(withPrefix: "node_cpu_seconds_total").isEmpty)
        #expect(!metrics.names(withPrefix: "node_uname_info").isEmpty)
    }

    /// Waits until both of two collectors are waited for, and lets the one behind `gate` return.
    private func letOneReturn(_ gate: Gate) async {
        await clock.sleepers(reach: 2)
        gate.open()
        while clock.sleeperCount > 1 { await Task.yield() }
    }

    private var world: World { .manual(at: start, clock: clock) }
}
