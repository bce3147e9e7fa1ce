import PostwatchModel
import Testing

@testable import Scraping

@Suite("Targets")
struct ScrapeTargetTests {
    @Test("A target has its job, its address and the labels of its group; what begins with two underscores is gone")
    func usual() throws {
        var job = ScrapeConfiguration(jobName: "node", interval: .seconds(15), timeout: .seconds(5))
        job.parameters = ["module": ["a b", "c"], "z": ["&"]]
        let group = TargetGroup(targets: [], labels: ["component": "mx", "__meta_filepath": "/x", "empty": ""])
        let target = try made("h:1", group, job)
        #expect(target.labels == ["job": "node", "instance": "h:1", "component": "mx"])
        #expect(target.url == "http://h:1/metrics?module=a+b&module=c&z=%26")
        #expect(target.discovered["__meta_filepath"] == "/x" && target.discovered["__scrape_interval__"] == "15s")
        #expect(target.interval == .seconds(15) && target.timeout == .seconds(5))
    }

    @Test("Relabelling moves a target: the recipe of probes")
    func relabelled() throws {
        var job = ScrapeConfiguration(jobName: "probe")
        job.metricsPath = "/probe"
        job.parameters = ["module": ["smtp"]]
        job.relabelRules = [
            RelabelRule(sourceLabels: ["__address__"], targetLabel: "__param_target"),
            RelabelRule(sourceLabels: ["__param_target"], targetLabel: "instance"),
            RelabelRule(targetLabel: "__address__", replacement: "127.0.0.1:9115"),
            RelabelRule(targetLabel: "__scheme__", replacement: "https"),
            RelabelRule(targetLabel: "__scrape_interval__", replacement: "30s"),
        ]
        let target = try made("mx.example.org:25", TargetGroup(targets: []), job)
        #expect(target.url == "https://127.0.0.1:9115/probe?module=smtp&target=mx.example.org%3A25")
        #expect(target.labels == ["job": "probe", "instance": "mx.example.org:25"])
        #expect(target.interval == .seconds(30))
    }

    @Test("What a rule drops is not scraped, and what has no address is at fault")
    func leftOut() throws {
        var job = ScrapeConfiguration(jobName: "j")
        job.relabelRules = [RelabelRule(action: .drop, sourceLabels: ["a"], pattern: try RelabelPattern("b"))]
        guard case .dropped(let labels) = ScrapeTarget.make("h:1", of: TargetGroup(targets: [], labels: ["a": "b"]), in: job) else {
            Issue.record("not dropped")
            return
        }
        #expect(labels["__address__"] == "h:1")
        for (name, value) in [("__address__", ""), ("__scrape_interval__", "x"), ("__scrape_timeout__", "2m"), ("__scheme__", "ftp")] {
            job.relabelRules = [RelabelRule(targetLabel: name, replacement: value)]
            guard case .faulty = ScrapeTarget.make("h:1", of: TargetGroup(targets: []), in: job) else {
                Issue.record("\(name) was taken")
                continue
            }
        }
    }

    // MARK: - Private

    private struct NotMade: Error {}

    private func made(_ address: String, _ group: TargetGroup, _ job: ScrapeConfiguration) throws -> ScrapeTarget {
        guard case .target(let target) = ScrapeTarget.make(address, of: group, in: job) else { throw NotMade() }
        return target
    }
}
