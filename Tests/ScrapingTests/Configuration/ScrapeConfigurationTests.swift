import PostwatchModel
import PostwatchRuntime
import Testing

@testable import Scraping

@Suite("The configuration of scraping")
struct ScrapeConfigurationTests {
    @Test("A job is read by the names that Prometheus has")
    func whole() throws {
        let jobs = try read(
            """
            global: {scrape_interval: 30s, scrape_timeout: 20s, external_labels: {region: eu}, sample_limit: 10}
            scrape_configs:
              - job_name: node
                static_configs:
                  - targets: [a:9100, b:9100]
                    labels: {component: mx}
              - job_name: full
                scrape_interval: 5s
                honor_labels: true
                honor_timestamps: false
                track_timestamps_staleness: true
                metrics_path: /probe
                scheme: HTTPS
                params: {module: [a, b], target: [x]}
                enable_compression: false
                scrape_protocols: [PrometheusText0.0.4]
                fallback_scrape_protocol: OpenMetricsText1.0.0
                body_size_limit: 10MB
                sample_limit: 5
                label_limit: 6
                label_name_length_limit: 7
                label_value_length_limit: 8
                target_limit: 9
                basic_auth: {username: u, password_file: secret}
                tls_config: {ca_file: ca.pem, server_name: mail, insecure_skip_verify: true, min_version: TLS13}
                headers: {X-A: b}
                http_headers: {X-Scope: {values: [c]}}
                follow_redirects: false
                file_sd_configs: [{files: [targets/*.yml], refresh_interval: 1m}]
                http_sd_configs: [{url: "http://127.0.0.1/sd", bearer_token_file: t}]
                dns_sd_configs: [{names: [mx.example.org], type: A, port: 9100}]
                relabel_configs: [{source_labels: [__address__], target_label: instance}]
                metric_relabel_configs: [{action: DROP, source_labels: [__name__], regex: "go_.*"}]
            """)
        #expect(jobs.map(\.jobName) == ["node", "full"])
        #expect(jobs.map(\.interval) == [.seconds(30), .seconds(5)])
        #expect(jobs.map(\.timeout) == [.seconds(20), .seconds(5)])
        #expect(jobs[0].limits.samples == 10)
        guard case .fixed(let groups) = jobs[0].discoveries[0] else { throw Unexpected() }
        #expect(groups == [TargetGroup(targets: ["a:9100", "b:9100"], labels: ["component": "mx"])])
        let full = jobs[1]
        #expect(full.honorsLabels && !full.honorsTimestamps && full.tracksTimestampStaleness && !full.compresses)
        #expect(full.scheme == "https" && full.metricsPath == "/probe")
        #expect(full.parameters == ["module": ["a", "b"], "target": ["x"]])
        #expect(full.protocols == [.prometheusText004] && full.fallbackProtocol == .openMetricsText100)
        var limits = ScrapeLimits()
        (limits.bodyBytes, limits.samples, limits.labels, limits.labelNameLength, limits.labelValueLength, limits.targets) =
            (10 << 20, 5, 6, 7, 8, 9)
        #expect(full.limits == limits)
        #expect(full.access.credentials == .basic(username: "u", password: .file("/etc/postwatch/secret")))
        #expect(full.access.tls.authorityFile == "/etc/postwatch/ca.pem" && full.access.tls.skipsVerification)
        #expect(full.access.headers == ["X-A": "b", "X-Scope": "c"])
        #expect(full.discoveries.count == 3 && full.relabelRules.count == 1 && full.metricRelabelRules[0].action == .drop)
    }

    @Test(
        "A fault says where it is and what to write",
        arguments: [
            ("- {}", 2, "job_name"), ("- {job_name: a, scrape_intervall: 5s}", 2, "unknown key"),
            ("- {job_name: a, scrape_interval: 5s, scrape_timeout: 6s}", 2, "at most the scrape interval"),
            ("- {job_name: a}\n  - {job_name: a}", 3, "a second time"), ("- {job_name: a, scheme: ftp}", 2, "http or https"),
            ("- {job_name: a, kubernetes_sd_configs: []}", 2, "a key of Prometheus that is not supported here"),
            ("- {job_name: a, proxy_url: 'http://x'}", 2, "a key of Prometheus that is not supported here"),
            ("- {job_name: a, body_size_limit: 5XB}", 2, "10MB"), ("- {job_name: a, scrape_protocols: [Text]}", 2, "OpenMetricsText1.0.0"),
            ("- {job_name: a, basic_auth: {username: u, password: p}}", 2, "password_file"),
            ("- {job_name: a, basic_auth: {username: u}, bearer_token_file: t}", 2, "only one of"),
            ("- {job_name: a, tls_config: {cert_file: c}}", 2, "key_file"),
            ("- {job_name: a, headers: {Accept: x}}", 2, "the header Accept"),
            ("- job_name: a\n    relabel_configs:\n      - {action: swap}", 4, "one of replace"),
            ("- {job_name: a, relabel_configs: [{regex: '('}]}", 2, "RE2"),
            ("- {job_name: a, relabel_configs: [{source_labels: [a]}]}", 2, "target_label"),
            ("- {job_name: a, relabel_configs: [{action: hashmod, target_label: a}]}", 2, "modulus"),
            ("- {job_name: a, relabel_configs: [{action: labeldrop, source_labels: [a]}]}", 2, "no use for"),
            ("- {job_name: a, static_configs: [{targets: ['http://a/b']}]}", 2, "metrics_path"),
            ("- {job_name: a, file_sd_configs: [{files: [a.txt]}]}", 2, ".json"),
            ("- {job_name: a, dns_sd_configs: [{names: [a], type: A}]}", 2, "only SRV records name it"),
            ("- {job_name: a, dns_sd_configs: [{names: [a], type: TXT}]}", 2, "one of SRV, A, AAAA, MX, NS"),
            ("- {job_name: a, metric_name_validation_scheme: legacy}", 2, "metric_name_validation_scheme"),
            ("- {job_name: a, native_histogram_bucket_limit: 100}", 2, "sample_limit bounds a page"),
            ("- {job_name: a, scrape_classic_histograms: true}", 2, "always_scrape_classic_histograms"),
            ("- {job_name: a, oauth2: {client_id: x}}", 2, "basic_auth or authorization"),
        ])
    func faults(job: String, line: Int, words: String) throws {
        do {
            _ = try read("scrape_configs:\n  \(job)\n")
            Issue.record("no fault for \(job)")
        } catch let error as ConfigurationFaults {
            #expect(error.faults.contains { $0.description.contains(words) && $0.line == line }, "\(error)")
        }
    }

    @Test("Names are looked up as SRV records unless the type is another one")
    func names() throws {
        let jobs = try read(
            """
            scrape_configs:
              - job_name: a
                dns_sd_configs:
                  - {names: [_metrics._tcp.example.org]}
                  - {names: [example.org], type: mx, port: 9154}
            """)
        let found = jobs[0].discoveries.compactMap { discovery -> DiscoveryConfiguration.Names? in
            if case .names(let names) = discovery { names } else { nil }
        }
        #expect(found.map(\.kind) == [.srv, .mx])
        #expect(found.map(\.port) == [0, 9154])
    }

    @Test("What all jobs have in common may stand in global; ways that are the only ones here may be chosen")
    func defaults() throws {
        let jobs = try read(
            """
            global:
              scrape_protocols: [PrometheusText0.0.4]
              always_scrape_classic_histograms: true
              keep_dropped_targets: 7
              metric_name_validation_scheme: utf8
            scrape_configs:
              - job_name: a
              - job_name: b
                scrape_protocols: [OpenMetricsText1.0.0]
                always_scrape_classic_histograms: false
                keep_dropped_targets: 8
                metric_name_escaping_scheme: allow-utf-8
                convert_classic_histograms_to_nhcb: false
                native_histogram_bucket_limit: 0
            """)
        #expect(jobs.map(\.protocols) == [[.prometheusText004], [.openMetricsText100]])
        #expect(jobs.map(\.keepsClassicBuckets) == [true, false])
        #expect(jobs.map(\.shownDropped) == [7, 8])
        let histograms = try read("global: {scrape_native_histograms: true}\nscrape_configs: [{job_name: a}]\n")
        #expect(histograms[0].protocols.first == .prometheusProto)
    }

    @Test("Sizes have units of 1024", arguments: [("512", 512), ("1KB", 1024), ("10MiB", 10 << 20), ("2G", 2 << 30), ("0", 0)])
    func sizes(text: String, bytes: Int) {
        #expect(ByteCountText.bytes(text) == bytes)
    }

    @Test("Sizes are said in the largest unit that fits", arguments: [(10 << 20, "10 MiB"), (1000, "1000 bytes"), (3 << 10, "3 KiB")])
    func sizeTexts(bytes: Int, text: String) {
        #expect(ByteCountText.text(bytes) == text)
    }

    @Test("What is asked for is what Prometheus 3 asks for")
    func accept() {
        #expect(
            ScrapeProtocol.accept(ScrapeProtocol.standard)
                == "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
                + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1")
    }

    @Test(
        "A page is what its Content-Type says",
        arguments: [
            ("text/plain; version=0.0.4; charset=utf-8", ScrapeProtocol.prometheusText004), ("text/plain", .prometheusText004),
            ("text/plain;version=1.0.0;escaping=allow-utf-8", .prometheusText100),
            ("application/openmetrics-text; version=1.0.0; charset=utf-8", .openMetricsText100),
            ("application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited", .prometheusProto),
            ("text/html", nil), ("", nil),
        ])
    func contentTypes(text: String, format: ScrapeProtocol?) {
        #expect(ScrapeProtocol(contentType: text) == format)
    }

    // MARK: - Private

    private struct Unexpected: Error {}

    private func read(_ text: String) throws -> [ScrapeConfiguration] {
        let file = "/etc/postwatch/postwatch.yml"
        let node = try ConfigurationFile.parse(text, file: file)
        return try ConfigurationSection.read(node, file: file) { section in
            let global = section.section("global") { ScrapeDefaults($0) } ?? ScrapeDefaults()
            return ScrapeConfiguration.readAll(section, root: node, global: global)
        }
    }
}
