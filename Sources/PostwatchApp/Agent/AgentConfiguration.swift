import Collectors
import Forwarding
import Foundation
import Journeys
import PostwatchModel
import PostwatchRuntime
import Scraping

/// Everything that `postwatch agent` reads.
///
/// ```yaml
/// node: mx-1
/// component: mx
/// interval: 10s
/// collectors: {…}
/// remote_write:
///   - url: http://127.0.0.1:9460/api/v1/write
/// ```
public struct AgentConfiguration: Sendable {
    /// The node that is measured: the `instance` label of all its series. Default: the host's name.
    let node: String
    /// The component that the node belongs to; left out when `nil`.
    let component: String?
    /// Time between two rounds. Default: 10 s.
    let interval: Duration
    let collectors: CollectorsConfiguration
    /// What other programs on the node say about themselves.
    let scrapes: [ScrapeConfiguration]
    /// `global.external_labels`: put on what is scraped.
    let externalLabels: [String: String]
    /// Where samples go. Empty only without a configuration file.
    let remoteWrite: [RemoteWriteConfiguration]
    /// The place that journeys run from: the `vantage` label of their series. Default: the node.
    let vantage: String
    let journeys: [JourneyConfiguration]
    /// Those whose cells name servers tell.
    let matrices: [JourneyMatrix]
    /// The key by which probe messages are known as ours, where several vantages share a mailbox. Default: one of the agent's own.
    let probeKeyFile: String?
    /// Where runs of journeys are told; `nil`: nowhere.
    let reportTo: RemoteWriteConfiguration?
    /// Where what is known of logs lies, and the probe key; `nil` without a configuration file.
    let dataDirectory: String?

    /// What `agent --once` measures without a configuration file.
    public static let `default` = AgentConfiguration(
        node: ProcessInfo.processInfo.hostName, component: nil, interval: .seconds(10), collectors: .standard(), remoteWrite: [])

    /// Reads `path`. Throws `ConfigurationFaults` with every fault.
    /// - Parameter dataDirectory: where samples wait on disk unless the configuration names another place.
    public static func load(_ path: String, dataDirectory: String) throws(ConfigurationFaults) -> AgentConfiguration {
        let node = try ConfigurationFile.load(path)
        return try ConfigurationSection.read(node, file: path) {
            AgentConfiguration($0, node, dataDirectory: dataDirectory)
        }
    }

    /// What was read, in one sentence for `config check`.
    public var summary: String {
        "node \(node), every \(interval.prometheusText), \(collectors.postfix.count) Postfix instances, "
            + "\(collectors.mailLogs.count) mail logs, \(services), \(scrapes.count) scrape jobs, \(journeys.count) journeys, "
            + "\(remoteWrite.count) places to push to"
    }

    /// `2 redis, 1 certificates`.
    private var services: String {
        let kinds = collectors.services.map { type(of: $0).kind }
        let counts = kinds.reduce(into: [(kind: String, count: Int)]()) { counts, kind in
            if let known = counts.firstIndex(where: { $0.kind == kind }) {
                counts[known].count += 1
            } else {
                counts.append((kind, 1))
            }
        }
        return counts.isEmpty ? "no services" : counts.map { "\($0.count) \($0.kind)" }.joined(separator: ", ")
    }

    var hasJourneys: Bool { !journeys.isEmpty || !matrices.isEmpty }

    /// The labels of all series of this node.
    var labels: LabelSet {
        LabelSet([("instance", node), ("component", component ?? "")])
    }

    // MARK: - Private

    /// A text that becomes the label of all series: without one they would be nobody's.
    private static func name(_ key: String, of section: ConfigurationSection, like example: String) -> String? {
        guard let text = section.text(key) else { return nil }
        if text.isEmpty {
            section.report(key, found: "an empty text", write: "a name such as \(example), or leave it out")
        }
        return text
    }

    /// No page of a program beside the agent is as large; an agent must stay small whatever it is told.
    private static let longestPage = 4 << 20

    private static func bounded(_ scrape: ScrapeConfiguration) -> ScrapeConfiguration {
        var scrape = scrape
        if scrape.limits.bodyBytes == 0 { scrape.limits.bodyBytes = longestPage }
        return scrape
    }

    private init(
        node: String, component: String?, interval: Duration, collectors: CollectorsConfiguration, remoteWrite: [RemoteWriteConfiguration]
    ) {
        self.node = node
        self.component = component
        self.interval = interval
        self.collectors = collectors
        scrapes = []
        externalLabels = [:]
        self.remoteWrite = remoteWrite
        vantage = node
        journeys = []
        matrices = []
        probeKeyFile = nil
        reportTo = nil
        dataDirectory = nil
    }

    private init(_ section: ConfigurationSection, _ root: ConfigurationNode, dataDirectory: String) {
        let global = section.section("global") { ScrapeDefaults($0) } ?? ScrapeDefaults()
        scrapes = ScrapeConfiguration.readAll(section, root: root, global: global).map(Self.bounded)
        externalLabels = global.externalLabels
        node = Self.name("node", of: section, like: "mx-1") ?? Self.default.node
        component = Self.name("component", of: section, like: "mx")
        interval = section.duration("interval", default: .seconds(10), atLeast: .milliseconds(100))
        collectors = section.section("collectors") { CollectorsConfiguration($0) } ?? .standard()
        self.dataDirectory = dataDirectory
        vantage = Self.vantage(of: section) ?? node
        if vantage == Vantage.local && !section.has("vantage") {
            section.report(
                "vantage", found: "the node's name, which is that of the server's own vantage", write: "another name such as dublin")
        }
        journeys = JourneyConfiguration.readAll(section)
        matrices = JourneyMatrix.readAll(section)
        probeKeyFile = section.filePath("probe_key_file")
        var places = 0
        remoteWrite = section.sections("remote_write") { destination in
            places += 1
            return RemoteWriteConfiguration(destination, defaultBufferDirectory: "\(dataDirectory)/remote-write-\(places)")
        }
        if !section.has("remote_write") {
            section.report("remote_write", found: "nothing", write: "where samples go, such as - url: http://127.0.0.1:9460/api/v1/write")
        }
        reportTo = Self.reportTo(section, remoteWrite: remoteWrite, bufferDirectory: "\(dataDirectory)/reports")
    }

    private static func vantage(of section: ConfigurationSection) -> String? {
        let vantage = name("vantage", of: section, like: "dublin")
        if vantage == Vantage.local {
            section.report("vantage", found: "the name of the server's own vantage", write: "another name such as dublin")
        }
        return vantage
    }

    /// Reads `report_to`: a section like those of `remote_write`, or `none`. Left out: the Postwatch server that the first of `remote_write`
    /// whose address ends like one's leads to, by the same credentials.
    private static func reportTo(
        _ section: ConfigurationSection, remoteWrite: [RemoteWriteConfiguration], bufferDirectory: String
    ) -> RemoteWriteConfiguration? {
        guard section.has("report_to") else {
            let usual = "/api/v1/write"
            guard var server = remoteWrite.first(where: { $0.url.hasSuffix(usual) }) else { return nil }
            server.url = server.url.dropLast(usual.count) + "/api/v1/reports"
            server.buffer = .init(directory: bufferDirectory, maximumBytes: reportBufferBytes)
            return server
        }
        if section.hasSection("report_to") {
            return section.section("report_to") { section in
                var server = RemoteWriteConfiguration(section, defaultBufferDirectory: bufferDirectory)
                if !section.has("buffer") { server.buffer.maximumBytes = reportBufferBytes }
                return server
            }
        }
        if section.text("report_to") != "none" {
            section.report(
                "report_to", found: "no section", write: "url: http://127.0.0.1:9460/api/v1/reports below it, or none")
        }
        return nil
    }

    /// Reports of some hours; the oldest are dropped.
    private static let reportBufferBytes = 64 << 20
}
