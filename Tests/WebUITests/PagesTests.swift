import PostwatchModel
import Testing

@testable import WebUI

@Suite("Pages")
struct PagesTests {
    private let now = Timestamp(seconds: 1_700_000_100)

    private func run(_ journey: String, failure: String? = nil) -> JourneyRun {
        let steps = [
            JourneyRun.Step(wire: "imap", phase: "connect", offset: .zero, duration: .milliseconds(2)),
            JourneyRun.Step(
                wire: "imap", phase: "auth", offset: .milliseconds(2), duration: .milliseconds(6), failure: failure),
        ]
        return JourneyRun(
            journey: journey, kind: "imap", vantage: "server", startedAt: now, duration: .milliseconds(8), steps: steps, failure: failure)
    }

    private func overview(failure: String? = nil, incidents: [Incident] = []) -> Overview {
        let node = Overview.Node(
            name: "mx-1", address: "192.0.2.11", health: .up, cpu: 0.954, memory: 0.5, disk: nil, queueDepth: 12, oldestQueuedSeconds: 75,
            lastCheck: nil)
        let journey = Overview.Journey(
            name: "imap-customer", kind: "imap", path: ["mx-1"], interval: .seconds(60), lastRun: run("imap-customer", failure: failure),
            recent: [0.1, nil, 0.2])
        return Overview(
            platform: "example", at: now, components: [.init(name: "mx", role: .mx, nodes: [node])], journeys: [journey],
            incidents: incidents)
    }

    private func html(_ overview: Overview) throws -> String {
        try Templates().render(OverviewView(overview), with: "overview")
    }

    @Test("a green platform says so, and shows every phase and every figure")
    func green() throws {
        let html = try html(overview())
        for text in ["All 1 journeys are green", "connect <b>2.0 ms</b>", "auth <b>6.0 ms</b>", "95 %", "50 %", "12", "1m15s"] {
            #expect(html.contains(text), "\(text)")
        }
        #expect(!html.contains("<dt>disk</dt>"))
    }

    @Test("a failure is shown as the sentence that it is, and nothing in it is taken for markup")
    func failing() throws {
        let html = try html(overview(failure: "NO <script>alert(1)</script>"))
        #expect(html.contains("1 of 1 journeys fail"))
        #expect(html.contains("&lt;script&gt;"))
        #expect(!html.contains("<script>"))
    }

    private func cell(_ name: String, failure: String? = nil, hasRun: Bool = true, vantage: String? = nil) -> Overview.Journey {
        Overview.Journey(
            name: name, kind: "imap", vantage: vantage, path: ["imap-proxy-1"], interval: .seconds(60),
            lastRun: hasRun ? run(name, failure: failure) : nil, recent: [0.1])
    }

    @Test("a matrix is one card with counts, and its cells are on a page of its own, those that fail first")
    func matrix() throws {
        let cells =
            (1...198).map { cell("read-proxy-\($0)") } + [
                cell("read-direct-a", failure: "login <refused>", vantage: "dublin"), cell("read-direct-b", failure: "closed"),
            ]
        let matrix = Overview.Matrix(name: "read", kind: "imap", cells: cells)
        let plain = overview()
        let html = try html(
            Overview(
                platform: plain.platform, at: now, components: [], journeys: plain.journeys,
                matrices: [matrix, .init(name: "greet", kind: "smtp", cells: [])], incidents: []))
        #expect(html.contains("1 of 3 journeys fail"))
        #expect(html.components(separatedBy: "<li class=\"journey").count == 4, "one card each, not one for each cell")
        #expect(html.contains("198 of 200 cells pass, 2 fail") && html.contains("href=\"/matrices/read\""))
        #expect(html.contains("read-direct-a from dublin: login &lt;refused&gt; and 1 more"))
        #expect(html.contains("no cells: name servers have told of none yet"))
        let page = try Templates().render(MatrixView(matrix), with: "matrix")
        #expect(page.components(separatedBy: "<li class=\"journey").count == 201)
        let first = try #require(page.range(of: "read-direct-a")?.lowerBound)
        let good = try #require(page.range(of: "read-proxy-1<")?.lowerBound)
        #expect(first < good && page.contains("login &lt;refused&gt;"))
        let waiting = MatrixCard(.init(name: "read", kind: "imap", cells: [cell("a"), cell("b", hasRun: false)]))
        #expect(waiting.health == "unknown" && waiting.total == "1 of 2 cells pass, 1 have not run yet")
    }

    @Test("an open incident is the headline")
    func incident() throws {
        let incident = Incident(
            number: 7, severity: .critical, component: "mx", nodes: ["mx-1"], title: "mx-1 is down",
            openedAt: Timestamp(seconds: 1_700_000_000))
        let html = try html(overview(incidents: [incident]))
        #expect(html.contains("One open incident"))
        #expect(html.contains("/incidents/7"))
        #expect(html.contains("for 1m40s"))
    }

    @Test("an empty platform says what to do")
    func empty() throws {
        let html = try html(Overview(platform: "platform", at: now, components: [], journeys: [], incidents: []))
        #expect(html.contains("Nothing is watched yet"))
        #expect(html.contains("under <code>journeys:</code>"))
    }

    @Test(
        "a runbook is a link only where a browser can follow it",
        arguments: [("https://example.net/r", true), ("docs/runbooks/NodeDown.md", false), ("javascript:alert(1)", false)])
    func runbooks(address: String, isLink: Bool) throws {
        var incident = Incident(number: 1, severity: .critical, component: nil, nodes: [], title: "t", openedAt: now)
        incident.events["a"] = Event(
            id: "a", state: .firing, severity: .critical, labels: ["alertname": "A"], annotations: ["runbook_url": address], startedAt: now)
        incident.timeline = [.init(at: now, text: "opened by A")]
        let html = try Templates().render(IncidentView(incident, at: now), with: "incident")
        #expect(html.contains("href=\"\(address)\"") == isLink)
        #expect(html.contains(address))
        #expect(html.contains("opened by A"))
    }
}
