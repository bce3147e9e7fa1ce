import NIOHTTP1
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import Scraping

/// Both scrape the same pages by the same configuration; then what they hold is compared.
@Suite(
    "Scraping beside Prometheus", .serialized, .timeLimit(.minutes(3)),
    .enabled(if: PrometheusPeer.isInstalled, "Debian's package prometheus is not installed"))
struct PrometheusScrapingTests {
    /// What the pages are like.
    private enum Act: Int, Sendable, CaseIterable {
        case allIsWell, trouble, recovery
    }

    /// Prometheus 2.42 writes no stale markers for the series that a page holds in front of the place where it breaks: they look alive
    /// for five minutes more, with the value of the last good page. Here a target that is down has no series.
    private static let knownDifference = #"good{instance="ADDRESS", job="breaking", site="a"} ours: none theirs: 1.0"#

    @Test("Pages in every format, limits, labels that collide, targets that break and come back: both hold the same series and values")
    func sameSeries() async throws {
        let act = Shared(Act.allIsWell)
        let now = Shared(0.0)
        let server = try await PageServer.start { Self.answer(to: $0.uri, in: act.value, at: now.value) }
        let configuration = Self.configuration(server.address)
        let jobs = try Self.read(configuration)
        let directory = TestDirectory()
        try await PrometheusPeer.run(configuration, in: directory, port: try await Self.freePort()) { peer in
            // Times on pages must be ones that Prometheus takes. It scrapes nothing good before.
            let time = try await peer.vector("vector(time())")
            now.value = (try #require(time.values.first)).rounded(.down)
            try await ScrapeTrial.run(jobs) { trial async throws in
                var ours = ScrapedSeries()
                for next in Act.allCases {
                    act.value = next
                    for _ in 0..<2 { try await Self.scrapeAll(jobs.count, trial, into: &ours) }
                    let known = next == .trouble ? [Self.knownDifference.replacing("ADDRESS", with: server.address)] : []
                    #expect(try await Self.settledDifference(ours.live, peer, known) == known, "\(next)")
                }
                let times = ours.samples.filter { $0.key.hasPrefix("timed{") && $0.key.contains(#"job="timed""#) }
                #expect(try await peer.samples(#"timed{job="timed"}[1h]"#) == times)
                #expect(times.values.reduce(0) { $0 + $1.count } == 4)
                #expect(try await peer.exemplars(#"{__name__=~".+"}"#, around: now.value) == ours.exemplars)
                #expect(ours.exemplars.count == 4)
            }
        }
        try await server.stop()
    }

    // MARK: - Private

    /// One that nobody listens on, as long as nobody else takes it.
    private static func freePort() async throws -> Int {
        let server = try await PageServer.start(page: "")
        let port = server.port
        try await server.stop()
        return port
    }

    private static func configuration(_ address: String) -> String {
        let paths = [
            ("text", "/text", ""), ("open", "/open", ""), ("timed", "/timed", ""), ("untimed", "/timed", ", honor_timestamps: false"),
            ("breaking", "/breaking", ""), ("going", "/going", ""), ("limited", "/text", ", sample_limit: 3"),
            ("labelled", "/text", ", label_limit: 3"), ("honoured", "/labels", ", honor_labels: true"),
            ("overruled", "/labels", ", honor_labels: false"),
            (
                "relabelled", "/text",
                ", metric_relabel_configs: [{source_labels: [__name__], regex: 'size_.*', action: drop}, "
                    + "{source_labels: [queue], target_label: kind, replacement: 'q-$1'}, {regex: queue, action: labeldrop}]"
            ),
        ]
        return "global: {scrape_interval: 1s, scrape_timeout: 500ms}\nscrape_configs:\n"
            + paths.map { job, path, rest in
                "  - {job_name: \(job), metrics_path: \(path), static_configs: [{targets: ['\(address)'], labels: {site: a}}]\(rest)}\n"
            }
            .joined()
    }

    private static func read(_ configuration: String) throws -> [ScrapeConfiguration] {
        let node = try ConfigurationFile.parse(configuration, file: "prometheus.yml")
        return try ConfigurationSection.read(node, file: "prometheus.yml") { section in
            let global = section.section("global") { ScrapeDefaults($0) } ?? ScrapeDefaults()
            return ScrapeConfiguration.readAll(section, root: node, global: global)
        }
    }

    private static func scrapeAll(_ targets: Int, _ trial: ScrapeTrial, into series: inout ScrapedSeries) async throws {
        await trial.clock.sleepers(reach: targets)
        trial.clock.advance(by: .seconds(1))
        var requests = trial.stored.makeAsyncIterator()
        for _ in 0..<targets {
            if let request = await requests.next() { try series.add(request) }
        }
    }

    /// The difference, once Prometheus has seen the pages as they are now; at the latest after ten scrapes more of each target.
    private static func settledDifference(
        _ ours: [String: Double], _ peer: PrometheusPeer, _ known: [String]
    ) async throws -> [String] {
        let scrapes = "sum(count_over_time(up[1h]))"
        let before = try await peer.vector(scrapes).values.first ?? 0
        let enough = before + Double(10 * ours.keys.count { $0.hasPrefix("up{") })
        while true {
            let difference = difference(ours, try await peer.vector(#"{__name__=~".+"}"#))
            if difference == known { return difference }
            if try await peer.vector(scrapes).values.first ?? 0 > enough { return difference }
        }
    }

    /// Each series that only one has, or that has another value; without those about how long a scrape took and what it added, which
    /// depend on the moment.
    private static func difference(_ ours: [String: Double], _ theirs: [String: Double]) -> [String] {
        Set(ours.keys).union(theirs.keys)
            .filter { !$0.hasPrefix("scrape_duration_seconds{") && !$0.hasPrefix("scrape_series_added{") }
            .filter { key in
                guard let our = ours[key], let their = theirs[key] else { return true }
                return our != their && !(our.isNaN && their.isNaN)
            }
            .map { "\($0) ours: \(ours[$0].map { "\($0)" } ?? "none") theirs: \(theirs[$0].map { "\($0)" } ?? "none")" }
            .sorted()
    }

    private static func answer(to path: String, in act: Act, at now: Double) -> PageServer.Answer {
        if now == 0 { return PageServer.Answer(status: .serviceUnavailable) }
        switch (path, act) {
        case ("/text", _): return PageServer.Answer(body: text(act))
        case ("/open", _):
            return PageServer.Answer(
                headers: [("Content-Type", "application/openmetrics-text; version=1.0.0; charset=utf-8")], body: open(act, now))
        case ("/timed", _): return PageServer.Answer(body: timed(act, Int64(now) * 1000))
        case ("/labels", _): return PageServer.Answer(body: labels)
        case ("/breaking", .trouble): return PageServer.Answer(body: "good 2\nnew 1\nbad{{ 1\nlater 1\n")
        case ("/breaking", _): return PageServer.Answer(body: "good 1\nlater 1\n")
        case ("/going", .trouble): return PageServer.Answer(status: .internalServerError)
        default: return PageServer.Answer(body: "here 1\n")
        }
    }

    private static func text(_ act: Act) -> String {
        let page = """
            # HELP mails_total Mails with \\\\ and \\n in help.
            # TYPE mails_total counter
            mails_total{queue="in",note="quote \\" and \\\\ and line\\nfeed"} 10
            mails_total { queue = "out" , } 1.5e3
            empty{queue=""} 1
            # TYPE size_bytes histogram
            size_bytes_bucket{le="0.5"} 1
            size_bytes_bucket{le="+Inf"} 2
            size_bytes_sum 3.25
            size_bytes_count 2
            # a comment of no kind
            odd{kind="nan"} NaN
            odd{kind="up"} +Inf
            odd{kind="down"} -Inf
            odd{kind="tiny"} 2.5e-310
            odd{kind="minus"} -0
            greetings{to="grüße"} 1

            """
        switch act {
        case .allIsWell: return page + "vanishing 1\n"
        case .trouble: return page
        case .recovery: return page + "vanishing 2\nlate{a=\"1\",b=\"2\"} 3"
        }
    }

    private static func open(_ act: Act, _ now: Double) -> String {
        """
        # HELP requests Requests.
        # TYPE requests counter
        requests_total{code="200"} \(5 + act.rawValue) # {trace_id="t-\(act)"} 0.75 \(now + Double(act.rawValue))
        requests_created{code="200"} 1600000000.25
        # TYPE latency_seconds histogram
        # UNIT latency_seconds seconds
        latency_seconds_bucket{le="0.5"} 3 # {trace_id="b",span="c"} 0.25 \(now)
        latency_seconds_bucket{le="+Inf"} 4
        latency_seconds_count 4
        latency_seconds_sum 2.5
        # TYPE build info
        build_info{version="1"} 1
        # TYPE state stateset
        state{state="on"} 1
        state{state="off"} 0
        timed_open 7 \(now)
        # EOF
        """ + "\n"
    }

    private static func timed(_ act: Act, _ now: Int64) -> String {
        switch act {
        case .allIsWell: "timed{n=\"a\"} 1 \(now - 1000)\ntimed{n=\"b\"} 1 \(now - 1000)\nplain 1\n"
        case .trouble: "timed{n=\"a\"} 2 \(now)\nplain 2\n"
        case .recovery: "timed{n=\"a\"} 2 \(now)\ntimed{n=\"a\"} 3 \(now + 1)\nplain 3\n"
        }
    }

    private static let labels = """
        clash{job="own",instance="mine",site="b",x="1"} 1
        clash{exported_job="taken",job="own"} 2
        clash{job="",x="2"} 3
        clash{instance="",exported_instance="",x="3"} 4

        """
}
