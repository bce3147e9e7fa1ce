import Hummingbird
import PostwatchModel
import PromQL

/// `GET /api/v1/targets`, `/api/v1/targets/metadata` and `/api/v1/scrape_pools`.
/// Source: Prometheus documentation, "HTTP API", "Targets" and "Querying target metadata".
public struct TargetRoutes: Sendable {
    private let targets: any TargetReporting

    public init(targets: any TargetReporting) {
        self.targets = targets
    }

    public func add(to router: some RouterMethods<some RequestContext>) {
        router.answer("/api/v1/targets", [.get]) { parameters, _ in await list(parameters) }
        router.answer("/api/v1/targets/metadata", [.get]) { parameters, _ in try await metadata(parameters) }
        router.answer("/api/v1/scrape_pools", [.get]) { _, _ in
            let pools = await targets.scrapePools().sorted()
            return .prometheus { $0.object { $0.member("scrapePools") { $0.list(pools) { $0.string($1) } } } }
        }
    }

    // MARK: - Private

    private func list(_ parameters: RequestParameters) async -> Response {
        let state = parameters.first("state")?.lowercased() ?? "any"
        let pool = parameters.first("scrapePool")
        let active = await targets.activeTargets().filter { pool == nil || $0.scrapePool == pool }
        let dropped = await targets.droppedTargets().filter { pool == nil || $0.scrapePool == pool }
        let counts = Dictionary(grouping: dropped, by: \.scrapePool).mapValues(\.count)
        let pools = await targets.scrapePools().sorted()
        return .prometheus { json in
            json.object { json in
                json.member("activeTargets") { $0.list(state == "dropped" ? [] : active) { $0.target($1) } }
                json.member("droppedTargets") { json in
                    json.list(state == "active" ? [] : dropped) { json, target in
                        json.object { json in
                            json.member("discoveredLabels") { $0.labels(target.discoveredLabels) }
                            json.member("scrapePool", target.scrapePool)
                        }
                    }
                }
                json.member("droppedTargetCounts") { json in
                    json.begin("{")
                    for name in pools { json.member(named: name) { $0.integer(counts[name] ?? 0) } }
                    json.end("}")
                }
            }
        }
    }

    /// What each target that the request selects said of its own metrics.
    private func metadata(_ parameters: RequestParameters) async throws -> Response {
        var matchers: [LabelMatcher] = []
        if let text = parameters.first("match_target") {
            do throws(PromQLFault) {
                matchers = try PromQLQuery.selectorMatchers(parsing: text)
            } catch {
                throw APIFailure.invalid("match_target", "\(error)")
            }
        }
        let limit = try parameters.limit() ?? .max
        let metric = parameters.first("metric")
        var entries: [(labels: LabelSet, family: String, metadata: MetricMetadata)] = []
        for target in await targets.targetMetadata() where matchers.allSatisfy({ $0.matches(target.labels) }) {
            if entries.count >= limit { break }
            let families = target.families.filter { metric == nil || $0.key == metric }.sorted { $0.key < $1.key }
            entries += families.prefix(limit - entries.count).map { (target.labels, $0.key, $0.value) }
        }
        return .prometheus { json in
            json.list(entries) { json, entry in
                json.object { json in
                    json.member("target") { $0.labels(entry.labels) }
                    if metric == nil { json.member("metric", entry.family) }
                    json.member("type", entry.metadata.kind.rawValue)
                    json.member("help", entry.metadata.help)
                    json.member("unit", entry.metadata.unit)
                }
            }
        }
    }
}

extension PrometheusJSON {
    fileprivate mutating func target(_ target: ActiveTarget) {
        object { json in
            json.member("discoveredLabels") { $0.labels(target.discoveredLabels) }
            json.member("labels") { $0.labels(target.labels) }
            json.member("scrapePool", target.scrapePool)
            json.member("scrapeUrl", target.scrapeURL)
            json.member("globalUrl", target.globalURL)
            json.member("lastError", target.lastError)
            json.member("lastScrape", target.lastScrape?.rfc3339 ?? "0001-01-01T00:00:00Z")
            json.member("lastScrapeDuration", target.lastScrapeDuration)
            json.member("health", target.health.rawValue)
            json.member("scrapeInterval", target.scrapeInterval.prometheusText)
            json.member("scrapeTimeout", target.scrapeTimeout.prometheusText)
        }
    }
}
