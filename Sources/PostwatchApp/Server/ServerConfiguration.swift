import Foundation
import Journeys
import Notifiers
import PostwatchModel
import PostwatchRuntime
import Rules
import Scraping
import SeriesStore
import Triage

/// Everything that `postwatch serve` reads: its configuration file and the rule files that it names.
public struct ServerConfiguration: Sendable {
    let web: WebConfiguration
    let promql: QueryConfiguration
    /// `global.external_labels`: what this server adds to what it tells others.
    let externalLabels: LabelSet
    /// Default for rule groups without an interval of their own. Default: 15 s.
    let evaluationInterval: Duration
    let scrapes: [ScrapeConfiguration]
    let platform: PlatformConfiguration
    let journeys: [JourneyConfiguration]
    /// Those whose cells name servers tell.
    let matrices: [JourneyMatrix]
    let storage: StorageConfiguration
    let triage: TriagePolicy
    let receivers: [ReceiverConfiguration]
    /// The file as it was read. Passwords and keys are in files of their own; addresses of webhooks are in it.
    private(set) var text = ""
    private(set) var ruleGroups: [RuleGroup]
    private let ruleFilePatterns: [String]

    /// What a server without a configuration file watches: nothing, until samples are pushed to it.
    public static let empty: ServerConfiguration = {
        guard let configuration = try? ServerConfiguration(ConfigurationNode(.null, line: 1), file: "") else {
            preconditionFailure("an empty configuration is valid")
        }
        return configuration
    }()

    /// Reads `path` and its rule files. Throws `ConfigurationFaults` with every fault of all of them.
    public static func load(_ path: String) throws(ConfigurationFaults) -> ServerConfiguration {
        let node = try ConfigurationFile.load(path)
        var faults: [ConfigurationFault] = []
        var patterns: [String] = []
        var configuration: ServerConfiguration?
        do {
            let main = try ServerConfiguration(node, file: path)
            patterns = main.ruleFilePatterns
            configuration = main
        } catch {
            faults += error.faults
            patterns = rulePatterns(of: node, file: path)
        }
        let rules = RuleFiles.load(matching: patterns, namedIn: path)
        faults += rules.faults
        guard var configuration, faults.isEmpty else { throw ConfigurationFaults(faults) }
        configuration.ruleGroups = rules.groups
        configuration.text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return configuration
    }

    var externalURL: String? { web.externalURL }

    /// What was read, in one sentence for `config check`.
    public var summary: String {
        let nodes = platform.components.map(\.nodes.count).reduce(0, +)
        let rules = ruleGroups.map(\.rules.count).reduce(0, +)
        return "\(platform.components.count) components with \(nodes) nodes, \(journeys.count) journeys, "
            + (matrices.isEmpty ? "" : "\(matrices.count) matrices over name servers, ") + "\(rules) rules, "
            + "\(scrapes.count) scrape jobs, "
            + "\(receivers.count) receivers"
    }

    // MARK: - Private

    private init(_ node: ConfigurationNode, file: String) throws(ConfigurationFaults) {
        self = try ConfigurationSection.read(node, file: file) { ServerConfiguration($0, node) }
    }

    private init(_ section: ConfigurationSection, _ node: ConfigurationNode) {
        let global = section.section("global") { global in
            (
                interval: global.duration("evaluation_interval", default: .seconds(15), atLeast: .milliseconds(100)),
                scraping: ScrapeDefaults(global)
            )
        }
        let scraping = global?.scraping ?? ScrapeDefaults()
        evaluationInterval = global?.interval ?? .seconds(15)
        externalLabels = LabelSet(scraping.externalLabels.map { ($0.key, $0.value) })
        scrapes = ScrapeConfiguration.readAll(section, root: node, global: scraping)
        web = section.section("web") { WebConfiguration($0) } ?? WebConfiguration()
        promql = section.section("promql") { QueryConfiguration($0) } ?? QueryConfiguration()
        platform = section.section("platform") { PlatformConfiguration($0) } ?? .empty
        journeys = JourneyConfiguration.readAll(section)
        matrices = JourneyMatrix.readAll(section)
        storage = section.section("storage") { StorageConfiguration($0) } ?? StorageConfiguration()
        ruleFilePatterns = section.filePaths("rule_files")
        ruleGroups = []
        receivers = section.sections("receivers") { ReceiverConfiguration($0) }
        triage = section.section("route") { TriagePolicy($0) } ?? TriagePolicy()
        reportUnknownNames(in: section)
    }

    private func reportUnknownNames(in section: ConfigurationSection) {
        let nodes = platform.nodeNames
        for journey in journeys {
            for node in journey.path where !nodes.contains(node) {
                section.report(
                    "journeys", found: "\(journey.name) passes through \"\(node)\", which is no node of the platform",
                    write: nodes.isEmpty ? "the nodes under platform first" : "names out of \(nodes.sorted().joined(separator: ", "))")
            }
        }
        let checks = Set(nodes.map(NodeCheck.journeyName(ofNode:)))
        for journey in journeys where checks.contains(journey.name) {
            section.report(
                "journeys", found: "the journey \(journey.name), which is the name of a node's check", write: "another name")
        }
        if let receiver = triage.receiver, !receivers.contains(where: { $0.name == receiver }) {
            section.report(
                "route", found: "the receiver \"\(receiver)\", which is not among receivers",
                write: receivers.isEmpty ? "receivers first" : "one of " + receivers.map(\.name).joined(separator: ", "))
        }
        reportSelfDependence(in: section)
        var receiverNames: Set<String> = []
        for receiver in receivers where !receiverNames.insert(receiver.name).inserted {
            section.report("receivers", found: "the receiver \(receiver.name) twice", write: "a name of its own for each receiver")
        }
    }

    /// The pager must not travel through the patient: a route of which every way leads to a watched node is silent when it is needed.
    private func reportSelfDependence(in section: ConfigurationSection) {
        guard let receiver = receivers.first(where: { $0.name == triage.receiver }), !receiver.webhooks.isEmpty else { return }
        let watched = Set(platform.components.flatMap(\.nodes).flatMap { [$0.address, $0.name] })
        let hosts = receiver.webhooks.map { URL(string: $0.url)?.host ?? "" }
        guard hosts.allSatisfy(watched.contains) else { return }
        section.report(
            "route", found: "pages that only travel to \(hosts.joined(separator: ", ")), a part of the platform that is watched",
            write: "a receiver with at least one way outside of the platform")
    }

    /// The rule files that a faulty configuration names, so that their faults are told in the same breath.
    private static func rulePatterns(of node: ConfigurationNode, file: String) -> [String] {
        guard case .mapping(let entries) = node.content, let rules = entries.first(where: { $0.key == "rule_files" }) else { return [] }
        let only = ConfigurationNode(.mapping([rules]), line: node.line)
        return (try? ConfigurationSection.read(only, file: file) { $0.filePaths("rule_files") }) ?? []
    }
}
