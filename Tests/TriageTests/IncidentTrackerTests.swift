import PostwatchModel
import TestSupport
import Testing

@testable import Triage

@Suite("IncidentTracker")
struct IncidentTrackerTests {
    // MARK: Which events belong together

    @Test("a node's failure and the journeys through it are one incident, named after the node")
    func nodeAndJourneys() {
        var story = Story()
        story.fire("JourneyFailing", journey: "imap-1", at: 0)
        story.fire("NodeDown", component: "mailstore", node: "mailstore-1", at: 2)
        story.fire("InboundLate", journey: "inbound-1", at: 4)
        #expect(story.open.count == 1)
        #expect(story.open[0].component == "mailstore")
        #expect(story.open[0].nodes == ["mailstore-1"])
        #expect(story.open[0].title.contains("mailstore-1"))
    }

    @Test("when a node and its journeys are reported in one breath, the node still names the incident")
    func oneBreath() {
        var story = Story()
        story.advance(
            [
                story.event("JourneyFailing", journey: "imap-1", at: 0),
                story.event("NodeDown", component: "imap-proxy", node: "imap-proxy-1", at: 0),
            ], at: 0)
        #expect(story.open.map(\.component) == ["imap-proxy"])
    }

    @Test("what leans on a broken component joins its incident, and the cause keeps the name")
    func consequence() {
        var story = Story()
        story.fire("NodeDown", component: "mailstore", node: "mailstore-1", at: 0)
        story.fire("QueueOld", component: "mx", node: "mx-1", at: 60)
        #expect(story.open.map(\.component) == ["mailstore"])
        #expect(story.open[0].nodes == ["mailstore-1"])
    }

    @Test("a cause that is found after its consequence takes over the name, and the timeline says so")
    func causeComesLate() {
        var story = Story()
        story.fire("QueueOld", component: "mx", node: "mx-1", at: 0)
        story.fire("NodeDown", component: "mailstore", node: "mailstore-1", at: 60)
        #expect(story.open.map(\.component) == ["mailstore"])
        #expect(story.open[0].timeline.contains { $0.text == "the cause is now taken to be mailstore" })
    }

    @Test("components that have nothing to do with each other make incidents of their own")
    func unrelated() {
        var story = Story()
        story.fire("QueueGrowing", component: "outbound", node: "outbound-1", at: 0)
        story.fire("NodeDown", component: "mailstore", node: "mailstore-1", at: 1)
        #expect(story.open.compactMap(\.component).sorted() == ["mailstore", "outbound"])
    }

    @Test("once the join window is over, another trouble is another incident, and only consequences of the cause still join")
    func joinWindow() {
        var story = Story()
        story.fire("LoginSlow", journey: "imap-1", at: 0)
        story.fire("NodeDown", component: "mx", node: "mx-2", at: 300)
        #expect(story.open.map(\.component) == [nil, "mx"])
        story.fire("NodeDown", component: "mailstore", node: "mailstore-1", at: 600)
        #expect(story.open.map(\.component) == [nil, "mx", "mailstore"])
        story.fire("QueueOld", component: "mx", node: "mx-1", at: 1200)
        story.fire("JourneyFailing", journey: "inbound-1", at: 1200)
        #expect(story.open.map(\.component) == [nil, "mx", "mailstore"])
        #expect(story.open.map(\.events.count).reduce(0, +) == 5)
    }

    @Test("receivers hear again of an incident when another node, another cause or a higher severity joins, and of nothing else")
    func updates() {
        var story = Story()
        story.fire("NodeDown", component: "mx", node: "mx-1", severity: .warning, at: 0)
        #expect(story.advance([], at: 30).pages.map(\.id) == ["incident-1/opened/engineering"])
        story.fire("JourneyFailing", journey: "inbound-1", severity: .warning, at: 40)
        #expect(story.advance([], at: 70).pages.isEmpty)
        let another = story.fire("NodeDown", component: "mx", node: "mx-2", severity: .warning, at: 80)
        #expect(another.pages.map(\.id) == ["incident-1/updated-2/engineering"])
        // Not sooner than the group wait after the last page.
        #expect(story.fire("QueueOld", component: "mx", node: "mx-2", severity: .critical, at: 100).pages.isEmpty)
        #expect(story.advance([], at: 110).pages.map(\.id) == ["incident-1/updated-3/engineering"])
        #expect(story.advance([], at: 200).pages.isEmpty)
    }

    @Test("two nodes of one component are one incident that names both")
    func twoNodes() {
        var story = Story()
        story.fire("NodeDown", component: "mx", node: "mx-2", at: 0)
        story.fire("NodeDown", component: "mx", node: "mx-1", at: 1)
        #expect(story.open.map(\.nodes) == [["mx-1", "mx-2"]])
    }

    @Test("while only journeys complain, the node is named that all failing ones pass through and no other does")
    func localisation() {
        var story = Story()
        story.fire("JourneyFailing", journey: "imap-1", at: 0)
        // inbound-1 passes through mailstore-1 too and still works: nothing is proven.
        #expect(story.open.map(\.component) == [nil])
        story.fire("JourneyFailing", journey: "inbound-1", at: 5)
        #expect(story.open.map(\.component) == ["mailstore"])
        #expect(story.open.map(\.nodes) == [["mailstore-1"]])
        #expect(story.open[0].title == "mailstore-1: JourneyFailing")
    }

    @Test("journeys without a common node are told apart")
    func separateJourneys() {
        var story = Story()
        story.fire("JourneyFailing", journey: "imap-1", at: 0)
        story.fire("JourneyFailing", journey: "outbound-1", at: 1)
        #expect(story.open.count == 2)
    }

    @Test("an event that names no place stands for itself")
    func unplaced() {
        var story = Story()
        story.fire("Watchdog", at: 0)
        story.fire("NodeDown", component: "mx", node: "mx-1", at: 0)
        #expect(story.open.count == 2)
    }

    // MARK: Matrices

    /// Four proxies to two mailstores; cells of the broken ones fail.
    private func cells(broken: Set<String>, recovered: Set<Int> = [], at second: Double) -> [JourneyEvidence] {
        ["imap-proxy-1", "imap-proxy-2", "imap-proxy-3", "imap-proxy-4"].flatMap { proxy in
            ["mailstore-1", "mailstore-2"].map { [proxy, $0] }
        }.enumerated().map { number, path in
            let isFailing = !broken.isDisjoint(with: path) && !recovered.contains(number)
            return JourneyEvidence(
                journey: "read-\(number)", vantage: "server", matrix: "read", path: path, lastStartedAt: Timestamp(seconds: second),
                failingSince: isFailing ? Timestamp(seconds: 0) : nil)
        }
    }

    @Test("a matrix is one event, and the incident names the place that explains which cells fail; recovery cell by cell changes nothing")
    func matrix() {
        var story = Story()
        story.learn(cells(broken: ["mailstore-2"], at: 1))
        story.fireMatrix("read", at: 5)
        #expect(story.open.map(\.component) == ["mailstore"])
        #expect(story.open.map(\.nodes) == [["mailstore-2"]])
        #expect(story.open[0].title == "mailstore-2: MatrixFailing")
        let pages = story.advance([], at: 40).pages
        #expect(pages.map(\.incident.nodes) == [["mailstore-2"]])
        // Numbers 1, 3, 5, 7 go to mailstore-2.
        for (index, recovered) in [[1], [1, 3], [1, 3, 5]].enumerated() {
            story.learn(cells(broken: ["mailstore-2"], recovered: Set(recovered), at: 50 + Double(index)))
            #expect(story.advance([], at: 80 + index * 40).pages.isEmpty)
        }
        #expect(story.open.map(\.nodes) == [["mailstore-2"]])
    }

    @Test("a cause that becomes clear only later is named then")
    func matrixLater() {
        var story = Story()
        let early = cells(broken: ["mailstore-2"], at: 1).prefix(2)
        story.learn([early[1]])
        story.fireMatrix("read", at: 5)
        #expect(story.open.map(\.component) == [nil], "proxy or mailstore: nothing is proven")
        story.learn(cells(broken: ["mailstore-2"], at: 10))
        story.advance([], at: 11)
        #expect(story.open.map(\.component) == ["mailstore"])
        #expect(story.open[0].timeline.contains { $0.text.hasSuffix("is explained by: mailstore-2") })
    }

    @Test("the check of a node joins the incident of a matrix through it, and that of another node does not")
    func matrixAndNode() {
        var story = Story()
        story.learn(cells(broken: ["mailstore-2"], at: 1))
        story.fireMatrix("read", at: 5)
        story.fire("NodeDown", component: "mailstore", node: "mailstore-2", at: 7)
        story.fire("NodeDown", component: "outbound", node: "outbound-1", at: 8)
        #expect(story.open.map(\.component) == ["mailstore", "outbound"])
        #expect(story.open[0].events.count == 2)
    }

    @Test("a named cause changes only by what is confirmed: cells that fail once send nobody to another place, and fill no timeline")
    func unconfirmed() {
        var story = Story()
        story.learn(cells(broken: ["mailstore-2"], at: 1))
        story.fireMatrix("read", at: 5)
        let before = story.open[0]
        #expect(before.component == "mailstore")
        for second in 10..<200 {
            // Other cells fail for a moment, now through this proxy, now through that.
            let proxy = "imap-proxy-\(second % 4 + 1)"
            let blips = cells(broken: ["mailstore-2"], at: Double(second)).map { cell in
                guard cell.path.contains(proxy), !cell.isFailing else { return cell }
                return JourneyEvidence(
                    journey: cell.journey, vantage: cell.vantage, matrix: cell.matrix, path: cell.path, lastStartedAt: cell.lastStartedAt,
                    failingSince: Timestamp(seconds: Double(second)), isConfirmed: false)
            }
            story.learn(blips)
            story.advance([], at: second)
        }
        #expect(story.open[0].component == "mailstore" && story.open[0].nodes == ["mailstore-2"])
        #expect(story.open[0].timeline.filter { !$0.text.hasPrefix("page") } == before.timeline)
        // Confirmed, it does.
        for second in 200..<210 {
            story.learn(cells(broken: ["imap-proxy-1", "imap-proxy-2"], at: Double(second)))
            story.advance([], at: second + 700)
        }
        story.learn(cells(broken: ["imap-proxy-1", "imap-proxy-2"], at: 900))
        story.advance([], at: 1600)
        #expect(story.open[0].component == "imap-proxy", "\(story.open[0].timeline)")
        #expect(story.open[0].timeline.filter { $0.text == "the cause is now taken to be imap-proxy" }.count == 1)
    }

    @Test("the timeline of an incident that flaps for days keeps its beginning and its end")
    func longTimeline() {
        var story = Story()
        for round in 0..<600 {
            story.fire("NodeDown", component: "mx", node: "mx-1", at: round * 20)
            story.resolve("NodeDown", component: "mx", node: "mx-1", from: round * 20, at: round * 20 + 10)
        }
        let timeline = story.open[0].timeline
        #expect(story.open[0].number == 1 && timeline.count == 501)
        #expect(timeline[0].text.hasPrefix("opened by NodeDown") && timeline[100].text == Incident.leftOut)
        #expect(timeline.last?.text.hasPrefix("NodeDown is over") == true)
        #expect(timeline.count { $0.text == Incident.leftOut } == 1)
        #expect(zip(timeline, timeline.dropFirst()).allSatisfy { $0.at <= $1.at })
    }

    // MARK: When somebody is told

    @Test("nobody is paged before the group wait is over, and then once")
    func groupWait() {
        var story = Story()
        #expect(story.fire("NodeDown", component: "mx", node: "mx-1", at: 0).pages.isEmpty)
        #expect(story.advance([], at: 29).pages.isEmpty)
        #expect(story.advance([], at: 30).pages.map(\.reason) == [.opened])
        #expect(story.advance([], at: 31).pages.isEmpty)
        #expect(story.fire("JourneyFailing", journey: "inbound-1", at: 40).pages.isEmpty)
    }

    @Test("while only journeys complain the page waits a little longer for the place, and names it when it is found")
    func locateWait() {
        var story = Story()
        story.fire("JourneyFailing", journey: "imap-1", at: 0)
        #expect(story.advance([], at: 44).pages.isEmpty)
        #expect(story.advance([], at: 45).pages.map(\.incident.component) == [nil])

        var located = Story()
        located.fire("JourneyFailing", journey: "imap-1", at: 0)
        let effects = located.fire("NodeDown", component: "mailstore", node: "mailstore-1", at: 33)
        #expect(effects.pages.map(\.incident.component) == ["mailstore"])
    }

    @Test("what is over before the group wait pages nobody, but is on record")
    func blip() {
        var story = Story()
        story.fire("NodeDown", component: "mx", node: "mx-1", at: 0)
        story.resolve("NodeDown", component: "mx", node: "mx-1", from: 0, at: 5)
        let effects = story.advance([], at: 35)
        #expect(effects.pages.isEmpty)
        #expect(effects.incidents.map(\.state) == [.resolved])
    }

    @Test("an incident ends when all has been well for the resolve wait, and each address hears it once")
    func resolution() {
        var story = Story(addresses: ["a", "b"])
        story.fire("NodeDown", component: "mx", node: "mx-1", at: 0)
        #expect(story.advance([], at: 30).pages.map(\.receiver) == ["a", "b"])
        story.resolve("NodeDown", component: "mx", node: "mx-1", from: 0, at: 100)
        #expect(story.advance([], at: 129).pages.isEmpty)
        let end = story.advance([], at: 130)
        #expect(end.pages.map(\.reason) == [.resolved, .resolved])
        #expect(end.incidents[0].resolvedAt == Timestamp(seconds: 130))
        #expect(story.open.isEmpty)
    }

    @Test("trouble that comes back within the resolve wait goes on as the same incident")
    func flapping() {
        var story = Story()
        story.fire("NodeDown", component: "mx", node: "mx-1", at: 0)
        story.advance([], at: 30)
        story.resolve("NodeDown", component: "mx", node: "mx-1", from: 0, at: 100)
        story.fire("NodeDown", component: "mx", node: "mx-1", at: 110)
        #expect(story.advance([], at: 140).pages.isEmpty)
        #expect(story.open.map(\.number) == [1])
    }

    @Test("what is below the least severity is recorded and pages nobody, until it grows worse")
    func severity() {
        var story = Story()
        story.fire("Odd", component: "mx", node: "mx-1", severity: .info, at: 0)
        #expect(story.advance([], at: 60).pages.isEmpty)
        let effects = story.fire("NodeDown", component: "mx", node: "mx-2", severity: .critical, at: 61)
        #expect(effects.pages.map(\.incident.severity) == [.critical])
    }

    @Test("without an address incidents are formed all the same")
    func nobodyToTell() {
        var story = Story(addresses: [])
        story.fire("NodeDown", component: "mx", node: "mx-1", at: 0)
        #expect(story.advance([], at: 60).pages.isEmpty)
        #expect(story.open.count == 1)
    }

    // MARK: Restart

    @Test("a restarted machine goes on with the open incidents and counts on from the highest number")
    func restart() {
        var story = Story()
        story.fire("NodeDown", component: "mx", node: "mx-1", at: 0)
        story.advance([], at: 30)
        var restarted = Story(restoring: story.open, highestNumber: 7)
        #expect(restarted.advance([], at: 90).pages.isEmpty)
        restarted.fire("NodeDown", component: "mx", node: "mx-1", at: 91)
        #expect(restarted.open.map(\.number) == [1])
        restarted.fire("QueueGrowing", component: "outbound", node: "outbound-1", at: 92)
        #expect(restarted.open.map(\.number) == [1, 8])
    }

    @Test("a resolve of something unknown changes nothing")
    func unknownResolve() {
        var story = Story()
        #expect(story.resolve("NodeDown", component: "mx", node: "mx-1", from: 0, at: 1) == IncidentTracker.Effects())
    }

    @Test("however events come, every open incident has a firing or recent event, and no page is written twice", arguments: 0..<200)
    func anyOrder(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var story = Story()
        var firing: [String: Event] = [:]
        var pages: [String] = []
        for second in 0..<300 {
            var events: [Event] = []
            if generator.next() % 4 == 0 {
                let place = Story.places[Int(generator.next() % UInt64(Story.places.count))]
                let event = story.event(place.name, component: place.component, node: place.node, journey: place.journey, at: second)
                if var known = firing.removeValue(forKey: event.id) {
                    known.state = .resolved
                    known.endedAt = Timestamp(seconds: Double(second))
                    events.append(known)
                } else {
                    firing[event.id] = event
                    events.append(event)
                }
            }
            pages += story.advance(events, at: second).pages.map(\.id)
        }
        let held = Set(story.open.flatMap { $0.firingEvents.map(\.id) })
        #expect(held == Set(firing.keys), "seed \(seed)")
        #expect(Set(pages).count == pages.count, "seed \(seed)")
    }
}

/// A tracker over a small platform, told in seconds.
private struct Story {
    private(set) var tracker: IncidentTracker

    static let places: [(name: String, component: String?, node: String?, journey: String?)] = [
        ("NodeDown", "mx", "mx-1", nil), ("NodeDown", "mx", "mx-2", nil), ("NodeDown", "mailstore", "mailstore-1", nil),
        ("QueueGrowing", "outbound", "outbound-1", nil), ("JourneyFailing", nil, nil, "imap-1"), ("JourneyFailing", nil, nil, "inbound-1"),
        ("Watchdog", nil, nil, nil),
    ]

    init(addresses: [String] = ["engineering"], restoring: [Incident] = [], highestNumber: Int = 0) {
        func component(_ name: String, _ role: Role, _ nodes: [String], dependsOn: [String] = []) -> Topology.Component {
            Topology.Component(
                name: name, role: role, nodes: nodes.map { Topology.Node(name: $0, address: $0) }, dependsOn: dependsOn)
        }
        let topology = Topology(
            platform: "test",
            components: [
                component("mx", .mx, ["mx-1", "mx-2"], dependsOn: ["mailstore"]),
                component("mailstore", .mailstore, ["mailstore-1", "mailstore-2"]),
                component(
                    "imap-proxy", .imapProxy, ["imap-proxy-1", "imap-proxy-2", "imap-proxy-3", "imap-proxy-4"], dependsOn: ["mailstore"]),
                component("outbound", .outbound, ["outbound-1"]),
            ],
            journeyPaths: [
                "imap-1": ["imap-proxy-1", "mailstore-1"], "imap-2": ["imap-proxy-1", "mailstore-2"],
                "inbound-1": ["mx-1", "mx-2", "mailstore-1"], "outbound-1": ["outbound-1"], "check-mailstore-1": ["mailstore-1"],
            ])
        tracker = IncidentTracker(
            policy: TriagePolicy(), topology: topology, addresses: addresses, restoring: restoring, highestNumber: highestNumber)
    }

    var open: [Incident] { tracker.openIncidents }

    func event(
        _ name: String, component: String? = nil, node: String? = nil, journey: String? = nil, severity: Severity = .critical,
        at second: Int
    ) -> Event {
        let labels = LabelSet([
            ("alertname", name), ("component", component ?? ""), ("instance", node ?? ""), ("journey", journey ?? ""),
        ])
        return Event(
            id: labels.fingerprint, state: .firing, severity: severity, labels: labels, annotations: [:],
            startedAt: Timestamp(seconds: Double(second)))
    }

    @discardableResult
    mutating func fire(
        _ name: String, component: String? = nil, node: String? = nil, journey: String? = nil, severity: Severity = .critical,
        at second: Int
    ) -> IncidentTracker.Effects {
        advance([event(name, component: component, node: node, journey: journey, severity: severity, at: second)], at: second)
    }

    mutating func learn(_ evidence: [JourneyEvidence]) { tracker.learn(evidence) }

    @discardableResult
    mutating func fireMatrix(_ matrix: String, at second: Int) -> IncidentTracker.Effects {
        let labels = LabelSet([("alertname", "MatrixFailing"), ("matrix", matrix), ("kind", "imap")])
        let event = Event(
            id: labels.fingerprint, state: .firing, severity: .critical, labels: labels, annotations: [:],
            startedAt: Timestamp(seconds: Double(second)))
        return advance([event], at: second)
    }

    @discardableResult
    mutating func resolve(_ name: String, component: String, node: String, from start: Int, at second: Int) -> IncidentTracker.Effects {
        var event = event(name, component: component, node: node, at: start)
        event.state = .resolved
        event.endedAt = Timestamp(seconds: Double(second))
        return advance([event], at: second)
    }

    @discardableResult
    mutating func advance(_ events: [Event], at second: Int) -> IncidentTracker.Effects {
        tracker.advance(with: events, to: Timestamp(seconds: Double(second)))
    }
}
