import ExpositionFormat
import PostwatchModel
import Testing

@testable import Collectors

@Suite("A service's page in Prometheus' format")
struct ExpositionPageTests {
    @Test("keeps names, types and texts")
    func everything() throws {
        let measurements = try read(
            """
            # HELP svc_mails_total Mails \\\\ of\\nall kinds.
            # TYPE svc_mails_total counter
            svc_mails_total{kind="ham",text="a \\"b\\""} 3 1700000000000
            svc_mails_total{kind="spam"} 1
            # TYPE svc_time_average gauge
            svc_time_average NaN
            # TYPE svc_control_total gauge
            svc_control_total 7
            svc_untold 1.5
            # HELP svc_command How long.
            # TYPE svc_command histogram
            svc_command_bucket{cmd="NOOP",le="0.001000"} 1
            svc_command_bucket{cmd="NOOP",le="+Inf"} 2
            svc_command_sum{cmd="NOOP"} 0.5
            svc_command_count{cmd="NOOP"} 2
            # TYPE svc_size summary
            svc_size{quantile="0.5"} 4
            svc_size_sum 9
            svc_size_count 2

            """)
        #expect(
            measurements.map { "\($0.name) \($0.kind)" } == [
                "svc_mails_total counter", "svc_time_average gauge", "svc_control_total gauge", "svc_untold unknown",
                "svc_command histogram", "svc_size unknown", "svc_size_sum unknown", "svc_size_count unknown",
            ])
        #expect(measurements.prefix(5).map(\.help) == ["Mails \\ of\nall kinds.", "", "", "", "How long."])
        let metrics = Metrics(measurements)
        #expect(metrics["svc_mails_total{kind=\"ham\", text=\"a \\\"b\\\"\"}"] == 3, "\(metrics.values.keys)")
        #expect(metrics["svc_time_average"]?.isNaN == true)
        #expect(metrics["svc_command_bucket{cmd=\"NOOP\", le=\"0.001000\"}"] == 1)
        #expect(metrics["svc_command_sum{cmd=\"NOOP\"}"] == 0.5)
        #expect(metrics["svc_size{quantile=\"0.5\"}"] == 4)
    }

    @Test("in OpenMetrics says a counter's name without _total, or with it as Rspamd does")
    func openMetrics() throws {
        let measurements = try read(
            """
            # TYPE svc_build info
            svc_build_info{version="2"} 1
            # HELP svc_auth All.
            # TYPE svc_auth counter
            svc_auth_total 4
            svc_auth_created 1.7e9
            # TYPE svc_learns_total counter
            svc_learns_total 5
            # EOF

            """, as: .openMetrics)
        #expect(
            measurements.map { "\($0.name) \($0.kind)" } == [
                "svc_build_info gauge", "svc_auth_total counter", "svc_auth_created unknown", "svc_learns_total counter",
            ])
        #expect(measurements[1].help == "All.")
    }

    @Test("puts the service's name before a metric that any service may have, and leaves the service's own up out")
    func foreignNames() throws {
        let metrics = Metrics(try read("process_start_time_seconds 1\nnode_load1 2\nsvc_up 1\nup 1\nsvc_mails 3\n"))
        #expect(metrics.values == ["svc_process_start_time_seconds": 1, "svc_node_load1": 2, "svc_mails": 3])
    }

    @Test("moves labels that will be laid over, as Prometheus does")
    func takenLabels() throws {
        let metrics = Metrics(
            try read(
                "svc_a{instance=\"x\",exported_instance=\"y\",component=\"\",use=\"z\",b=\"c\"} 1\n",
                taken: ["component", "instance", "use"]))
        #expect(
            metrics.values == [
                "svc_a{b=\"c\", exported_exported_instance=\"x\", exported_instance=\"y\", exported_use=\"z\"}": 1
            ])
    }

    @Test("counts the first of two samples of one series, and the youngest of its times")
    func repeated() throws {
        let text = "svc_a{x=\"1\",y=\"2\"} 1 1700\nsvc_a{y=\"2\",x=\"1\"} 2 1900\nsvc_b 3 1800\n"
        let page = try page(text, as: .prometheus, [])
        #expect(Metrics(page.measurements).values == ["svc_a{x=\"1\", y=\"2\"}": 1, "svc_b": 3])
        #expect(page.newest == 1900)
        #expect(try self.page("svc_b 3\n", as: .prometheus, []).newest == nil)
    }

    @Test(
        "passes a histogram on number by number when a part of it is none",
        arguments: [
            "svc_h_bucket{le=\"1\"} NaN", "svc_h_bucket{le=\"1\"} -1", "svc_h_bucket{le=\"1\"} 1e300", "svc_h_bucket{le=\"1\"} 0.5",
            "svc_h_bucket{le=\"x\"} 1", "svc_h_bucket 1", "svc_h_count +Inf", "svc_h 1",
        ])
    func brokenHistograms(line: String) throws {
        let measurements = try read("# TYPE svc_h histogram\n\(line)\nsvc_h_sum 4\n")
        #expect(measurements.map(\.kind) == [.unknown, .unknown])
        #expect(measurements.map(\.name) == [String(line.prefix { $0 != " " && $0 != "{" }), "svc_h_sum"])
    }

    @Test("cuts a text that nobody would read")
    func longText() throws {
        let help = String(repeating: "ä", count: 1_000_000)
        let measurement = try #require(try read("# HELP svc_a \(help)\nsvc_a 1\n").first)
        #expect(measurement.help == String(repeating: "ä", count: 500))
    }

    @Test(
        "is not taken when it is none",
        arguments: [
            ("<html><body>It works!</body></html>", "no sound page of metrics: line 1: a metric's name"),
            ("{\"error\":\"Unauthorized\"}", "line 1: a number was expected"),
            ("svc_a one\n", "line 1: a number was expected"),
            ("svc_a{a=\"1\",a=\"2\"} 1\n", "whose name or labels are none"),
            ("svc_a{__name__=\"b\"} 1\n", "whose name or labels are none"),
            ("{\"svc.a\"} 1\n", "whose name or labels are none"),
            ("svc_a{\"b.c\"=\"1\"} 1\n", "whose name or labels are none"),
            ("svc_a{b=\"\u{0}\\xff\"} 1\nsvc_b", "line 2: a number was expected"),
            ("other_a 1\n", "no metric that begins with svc_, so it is the page of something else"),
            ("", "no metric that begins with svc_"),
        ])
    func others(text: String, found: String) {
        #expect(fault(text).contains(found), "\(fault(text))")
    }

    @Test("never gives one series twice, though a name gets the service in front")
    func namesThatBecomeOne() throws {
        let measurements = try read(
            """
            svc_process_start 1
            process_start 2
            process_start{a="b"} 3
            # TYPE size histogram
            size_bucket{le="+Inf"} 4
            size_sum 5
            size_count 4
            svc_size_count 6

            """)
        let metrics = Metrics(measurements)
        #expect(metrics["svc_process_start"] == 1)
        #expect(metrics["svc_process_start{a=\"b\"}"] == 3)
        #expect(metrics["svc_size_count"] == 4)
    }

    @Test("is not taken when it is beyond all bounds")
    func bounds() {
        let series = (0...ExpositionPage.seriesLimit).map { "svc_a{user=\"\($0)\"} 1\n" }.joined()
        #expect(fault(series).contains("more than 10000 series; let it group its figures by fewer labels"))
        let families = (0...ExpositionPage.seriesLimit).map { "# TYPE svc_a\($0) gauge\n" }.joined()
        #expect(fault(families).contains("more than 10000 metrics"))
        let long = String(repeating: "x", count: 5000)
        #expect(fault("svc_a{b=\"\(long)\"} 1\n").contains("a series of more than 4096 bytes, which begins \"svc_a{b=\"xxx"))
        #expect(fault("# HELP \(long) a\n").contains("a series of more than 4096 bytes"))
        #expect(fault("svc_a{b=\"\(long)").contains("no sound page"))
        #expect(fault("svc_a 1\n", as: .openMetrics).contains("the page does not end with # EOF"))
    }

    @Test("never crashes, whatever is changed or cut off in it")
    func mutations() {
        let text = Array(
            "# TYPE svc_h histogram\nsvc_h_bucket{le=\"1\"} 1\nsvc_h_sum 4 17\n# HELP svc_h \\\\a\nsvc_h_count{a=\"\\n\"} 1\n".utf8)
        for position in text.indices {
            for byte in [0, 0x0A, 0x20, 0x22, 0x23, 0x5C, 0x7B, 0x7D, 0xFF] as [UInt8] {
                var changed = text
                changed[position] = byte
                for bytes in [changed[...], changed[...position], changed[position...]] {
                    Array(bytes).withUnsafeBytes { bytes in
                        for dialect in [ExpositionText.Dialect.prometheus, .openMetrics] {
                            _ = try? ExpositionPage(bytes, as: dialect, of: "svc", taken: ["le"])
                        }
                    }
                }
            }
        }
    }

    // MARK: - Private

    private func read(
        _ text: String, as dialect: ExpositionText.Dialect = .prometheus, taken: Set<String> = []
    ) throws -> [Collectors.Measurement] {
        try page(text, as: dialect, taken).measurements
    }

    private func page(_ text: String, as dialect: ExpositionText.Dialect, _ taken: Set<String>) throws -> ExpositionPage {
        try Array(text.utf8).withUnsafeBytes { try ExpositionPage($0, as: dialect, of: "svc", taken: taken) }
    }

    private func fault(_ text: String, as dialect: ExpositionText.Dialect = .prometheus) -> String {
        do {
            _ = try page(text, as: dialect, [])
            return "no fault"
        } catch {
            return "\(error)"
        }
    }
}
