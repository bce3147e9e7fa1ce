import Custody
import PostwatchModel
import Testing

@Suite("The chain of custody of a message")
struct CustodyTests {
    /// A delay of 30 s somewhere, and where it must be found.
    struct Delay: CustomStringConvertible, Sendable {
        let description: String
        let node: String
        let stage: CustodyChain.Stage
        let inject: @Sendable (inout SimulatedWay) -> Void
    }

    static let router = 0
    static let exchanger = 1

    static let delays: [Delay] =
        [0, 1].flatMap { index -> [Delay] in
            let node = ["router-1", "mx-1"][index]
            return [
                Delay(description: "\(node) before_queue_manager", node: node, stage: .beforeQueueManager) { $0.hops[index].before = 30 },
                Delay(description: "\(node) queue_manager", node: node, stage: .queueManager) { $0.hops[index].queueManager = 30 },
                Delay(description: "\(node) deferred", node: node, stage: .queueManager) {
                    $0.hops[index].deferrals = [(0.01, 10), (0.01, 20)]
                },
                Delay(description: "\(node) held", node: node, stage: .queueManager) { $0.hops[index].held = 30 },
                Delay(description: "\(node) greylisted", node: node, stage: .queueManager) {
                    $0.hops[index].deferrals = [(0.05, 30)]
                    $0.hops[index].reply = "host mailstore-1.example.test[192.0.2.41] said: 451 4.7.1 Greylisted, try again"
                },
                Delay(description: "\(node) connection_setup", node: node, stage: .connectionSetup) { $0.hops[index].setup = 30 },
                Delay(description: "\(node) connection_setup of tries that failed", node: node, stage: .connectionSetup) {
                    $0.hops[index].deferrals = [(15, 1), (15, 1)]
                },
                Delay(description: "\(node) transmission", node: node, stage: .transmission) { $0.hops[index].transmission = 30 },
            ]
        } + [
            Delay(description: "intake of mx-1 as router-1 sees it", node: "router-1", stage: .transmission) {
                $0.hops[0].transmission = 30
                $0.hops[1].intake = 29
            },
            Delay(description: "LMTP of mailstore-1 as mx-1 sees it", node: "mx-1", stage: .transmission) {
                $0.hops[1].transmission = 30
                $0.isStoreConnected = true
            },
            Delay(description: "router-1 deferred, an Exim", node: "router-1", stage: .queueManager) {
                $0.hops[0].software = .exim
                $0.hops[0].deferrals = [(0.01, 10), (0.01, 20)]
            },
            Delay(description: "intake of mx-1 as router-1 sees it, an Exim", node: "router-1", stage: .transmission) {
                $0.hops[0].software = .exim
                $0.hops[0].transmission = 30
                $0.hops[1].intake = 29
            },
            Delay(description: "mx-1 deferred, an Exim", node: "mx-1", stage: .queueManager) {
                $0.hops[1].software = .exim
                $0.hops[1].deferrals = [(0.01, 30)]
                $0.isStoreConnected = true
            },
            Delay(description: "LMTP of mailstore-1 as mx-1 sees it, an Exim", node: "mx-1", stage: .transmission) {
                $0.hops[1].software = .exim
                $0.hops[1].transmission = 30
                $0.isStoreConnected = true
            },
            Delay(description: "mailstore-1 visible late", node: "mailstore-1", stage: .visibility) { $0.visibleAfter = 30 },
            Delay(description: "acceptance", node: "probe", stage: .own("smtp accept")) { $0.phases[7].1 = 30 },
            Delay(description: "greeting", node: "probe", stage: .own("smtp greeting")) { $0.phases[2].1 = 30 },
        ]

    /// Clocks of router-1, mx-1 and mailstore-1.
    static let skews: [[Double]] = [
        [0, 0, 0], [30, 0, 0], [-30, 0, 0], [0, 30, 0], [0, -30, 0], [0, 0, 30], [0, 0, -30], [30, -30, 0], [-30, 0, 30], [30, 30, 0],
        [-30, -30, 0], [0, 30, -30], [30, 30, 30],
    ]

    static func way(startingAfter milliseconds: Int64 = 0) -> SimulatedWay {
        var way = SimulatedWay(hops: [.init(node: "router-1"), .init(node: "mx-1")])
        way.startedAt = SimulatedWay.noon + .milliseconds(milliseconds)
        return way
    }

    static func skewed(_ skews: [Double], startingAfter milliseconds: Int64) -> SimulatedWay {
        var way = way(startingAfter: milliseconds)
        (way.hops[0].skew, way.hops[1].skew, way.storeSkew) = (skews[0], skews[1], skews[2])
        return way
    }

    /// Messages of the minutes before, nothing slow about them.
    static func earlier(_ skews: [Double]) -> [(passage: ProbePassage, transits: [Transit])] {
        [137, 421, 683, 871].enumerated().map { index, fraction in
            let outcome = skewed(skews, startingAfter: -60_000 * Int64(index + 1) + Int64(fraction)).run(id: "0a1b2c3d-e\(index)")
            return (outcome.passage, outcome.transits)
        }
    }

    static func sum(_ chain: CustodyChain, _ node: String, _ stage: CustodyChain.Stage) -> Double {
        chain.stretches.filter { $0.node == node && $0.stage == stage }.reduce(0) { $0 + $1.duration.seconds }
    }

    /// Stretches touch each other, are never negative, and add up to the whole.
    static func expectWhole(_ chain: CustodyChain, sourceLocation: SourceLocation = #_sourceLocation) {
        var offset = Duration.zero
        for stretch in chain.stretches {
            #expect(stretch.offset == offset, sourceLocation: sourceLocation)
            #expect(stretch.duration > .zero, sourceLocation: sourceLocation)
            offset += stretch.duration
        }
        #expect(offset == chain.total, sourceLocation: sourceLocation)
    }

    @Test("names hop and stage of a delay of 30 s, whatever the clocks say", arguments: delays, skews)
    func delay(_ delay: Delay, _ skews: [Double]) {
        for fraction: Int64 in [3, 250, 499, 741, 998] {
            var way = Self.skewed(skews, startingAfter: fraction)
            delay.inject(&way)
            let outcome = way.run()
            let chain = Custody.chain(
                of: outcome.passage, transits: outcome.transits.reversed(), earlier: Self.earlier(skews), at: way.startedAt)
            Self.expectWhole(chain)
            let spent = Self.sum(chain, delay.node, delay.stage)
            #expect(abs(spent - 30) < 1, "\(spent) s; \(chain.verdict)")
            #expect(chain.verdict.contains("\(delay.node == "probe" ? "the probe's own" : delay.node) \(delay.stage.name)"))
            #expect(chain.unattributed.seconds <= 0.05 * chain.total.seconds)
            #expect(chain.hops.map(\.node) == ["probe", "router-1", "mx-1", "mailstore-1"])
            for (node, skew) in zip(["router-1", "mx-1", "mailstore-1"], skews) {
                let found = chain.clocks.first { $0.node == node }
                #expect(abs((found?.seconds ?? .infinity) - skew) < 0.5, "\(node): \(found.map { "\($0.seconds)" } ?? "-") for \(skew)")
                #expect(chain.skews.contains { $0.node == node } == (skew != 0))
            }
        }
    }

    @Test("says why, in one sentence")
    func sentences() {
        var way = Self.way()
        way.hops[1].deferrals = [(0.01, 40), (0.01, 40)]
        let outcome = way.run()
        let chain = Custody.chain(of: outcome.passage, transits: outcome.transits, at: way.startedAt)
        #expect(chain.verdict.hasPrefix("79.8 s of 80.4 s: "))
        #expect(chain.verdict.hasSuffix("mx-1 queue_manager (deferred twice: connection refused by mailstore-1.example.test:24)"))
        way.hops[1].deferrals = []
        way.hops[0].transmission = 30
        way.hops[1].intake = 29
        let slow = way.run()
        #expect(
            Custody.chain(of: slow.passage, transits: slow.transits, at: way.startedAt).verdict
                .hasSuffix("router-1 transmission (while mx-1 took it in)"))
        var stalled = Self.way()
        stalled.hops[1].transmission = 30
        let words = { (way: SimulatedWay) in
            let outcome = way.run()
            return Custody.chain(of: outcome.passage, transits: outcome.transits, at: way.startedAt).verdict
        }
        #expect(words(stalled).hasSuffix("mx-1 transmission (to mailstore-1.example.test:24)"))
        stalled.isStoreConnected = true
        #expect(words(stalled).hasSuffix("mx-1 transmission (while mailstore-1 took it in)"))
        stalled.hops[1].software = .exim
        #expect(words(stalled).hasSuffix("mx-1 transmission (while mailstore-1 took it in)"))
    }

    @Test("tells the clock of a hop from a single message within a second, and of several within half of one", arguments: skews)
    func skew(_ skews: [Double]) {
        for fraction in stride(from: Int64(0), to: 1000, by: 37) {
            let outcome = Self.skewed(skews, startingAfter: fraction).run()
            let chain = Custody.chain(of: outcome.passage, transits: outcome.transits, at: SimulatedWay.noon)
            for (node, skew) in zip(["router-1", "mx-1", "mailstore-1"], skews) {
                let found = chain.clocks.first { $0.node == node }
                #expect(abs((found?.seconds ?? .infinity) - skew) < 0.7)
                #expect(abs((found?.seconds ?? .infinity) - skew) <= (found?.uncertaintySeconds ?? 0) + 0.001)
            }
            Self.expectWhole(chain)
        }
    }

    @Test("names a hop whose log is missing, and leaves only its time unattributed", arguments: [0, 1])
    func missingLog(_ index: Int) {
        var way = Self.way(startingAfter: 400)
        way.hops[index].isLogged = false
        way.hops[index].before = 30
        let outcome = way.run()
        let chain = Custody.chain(of: outcome.passage, transits: outcome.transits, at: way.startedAt)
        Self.expectWhole(chain)
        let node = "\(way.hops[index].node).example.test"
        #expect(chain.hops.contains(CustodyChain.Hop(node: node, queueID: "\(index + 1)F2A\(index)", isLogged: false)))
        #expect(abs(Self.sum(chain, node, .unknown) - 30) < 1.5, "\(chain.stretches)")
        #expect(chain.verdict.contains("\(node) unknown (no log of this hop)"))
    }

    @Test("knows the mailstore by its mark where it has no log")
    func missingStoreLog() {
        var way = Self.way()
        way.isStoreLogged = false
        way.visibleAfter = 30
        let outcome = way.run()
        let chain = Custody.chain(of: outcome.passage, transits: outcome.transits, at: way.startedAt)
        Self.expectWhole(chain)
        #expect(abs(Self.sum(chain, "mailstore-1.example.test", .visibility) - 30) < 0.2)
        #expect(chain.unattributed == .zero)
    }

    @Test("says once that a message came more than once, with the number where logs know it")
    func copies() {
        let way = Self.way()
        let outcome = way.run()
        var passage = outcome.passage
        passage.outcome = .duplicate
        func verdict(_ transits: [Transit]) -> String { Custody.chain(of: passage, transits: transits, at: way.startedAt).verdict }
        let copies = outcome.transits.filter { $0.software == .dovecot }.map { transit in
            var transit = transit
            transit.queueID = "s/2"
            return transit
        }
        #expect(verdict(outcome.transits).hasSuffix("; it came more than once"))
        let told = verdict(outcome.transits + copies)
        #expect(told.hasSuffix("; it was saved 2 times") && !told.contains("more than once"), "\(told)")
    }

    @Test("takes reports that come twice, or in part, for one stay")
    func duplicates() {
        var way = Self.way()
        way.hops[1].held = 30
        let outcome = way.run()
        let partial = outcome.transits.map { transit in
            var transit = transit
            if transit.software == .postfix {
                transit.attempts = []
                transit.attemptCount = 0
                transit.removedAt = nil
            }
            return transit
        }
        var foreign = outcome.transits[0]
        foreign.probe = "0a1b2c3d-2"
        let chain = Custody.chain(
            of: outcome.passage, transits: [foreign] + outcome.transits + partial + outcome.transits, at: way.startedAt)
        let once = Custody.chain(of: outcome.passage, transits: outcome.transits, at: way.startedAt)
        #expect(chain == once)
        #expect(abs(Self.sum(chain, "mx-1", .queueManager) - 30) < 1)
        #expect(chain.stretches.contains { $0.remark == "held" })
    }

    @Test("says where a message was last that nobody has seen")
    func lost() {
        var way = Self.way()
        way.visibleAfter = nil
        let outcome = way.run()
        let late = way.startedAt + .seconds(60)
        let hops: [([Transit], String)] = [
            ([], "router-1.example.test (queue id 1F2A0): handed to it, and no log tells more"),
            (Array(outcome.transits.prefix(2)), "mailstore-1.example.test: handed to it, and no log tells more"),
            (outcome.transits, "mailstore-1: saved to the mailbox, and not seen there"),
        ]
        for (transits, expected) in hops {
            let chain = Custody.chain(of: outcome.passage, transits: transits, at: late)
            #expect(chain.lastKnown?.hasSuffix(expected.dropFirst(0)) == true || chain.lastKnown?.contains("no log tells more") == true)
            #expect(chain.verdict.hasPrefix("not seen after 60.0 s; last known at "))
            #expect(!chain.isDelivered)
            Self.expectWhole(chain)
        }
        var stuck = Array(outcome.transits.prefix(2))
        stuck[1].attempts = [
            Transit.Attempt(at: late, status: .deferred, reply: "connect to mailstore-1.example.test[192.0.2.41]:24: Connection refused")
        ]
        stuck[1].attemptCount = 1
        stuck[1].removedAt = nil
        let chain = Custody.chain(of: outcome.passage, transits: stuck, at: late + .seconds(1))
        #expect(chain.lastKnown == "mx-1 (queue id 2F2A1): deferred once: connection refused by mailstore-1.example.test:24")
        Self.expectWhole(chain)
        // Removed, and not one word of a delivery: it was thrown away.
        stuck[1].attempts = []
        stuck[1].attemptCount = 0
        stuck[1].removedAt = late
        let discarded = Custody.chain(of: outcome.passage, transits: stuck, at: late + .seconds(1))
        #expect(discarded.lastKnown == "mx-1 (queue id 2F2A1): removed without a delivery")
    }

    @Test("gives a whole account of whatever is told", arguments: 0..<200)
    func nonsense(_ seed: Int) {
        var random = SplitMix(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
        var way = Self.way(startingAfter: Int64(random.next() % 1000))
        way.visibleAfter = random.next() % 4 == 0 ? nil : 1
        var outcome = way.run()
        for index in outcome.transits.indices {
            let shift = Duration.seconds(Int64(random.next() % 4000) - 2000)
            if random.next() % 2 == 0 { outcome.transits[index].receivedAt = outcome.transits[index].receivedAt.map { $0 + shift } }
            if random.next() % 3 == 0 { outcome.transits[index].queueID = "1F2A0" }
            for attempt in outcome.transits[index].attempts.indices where random.next() % 2 == 0 {
                outcome.transits[index].attempts[attempt].at = outcome.transits[index].attempts[attempt].at - shift
                outcome.transits[index].attempts[attempt].stages?.beforeQueueManager = shift
                outcome.transits[index].attempts[attempt].nextQueueID = "1F2A0"
            }
        }
        if random.next() % 2 == 0 { outcome.passage.marks.reverse() }
        if random.next() % 5 == 0 { outcome.passage.visibleAt = outcome.passage.startedAt - .seconds(5) }
        let chain = Custody.chain(
            of: outcome.passage, transits: outcome.transits + outcome.transits, earlier: [(outcome.passage, outcome.transits)],
            at: way.startedAt + .seconds(90))
        Self.expectWhole(chain)
        #expect(!chain.verdict.isEmpty)
    }
}

/// Numbers that are the same in each run. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
