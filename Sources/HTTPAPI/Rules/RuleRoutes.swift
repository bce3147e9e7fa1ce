import Hummingbird
import PostwatchModel

/// `GET /api/v1/rules`, `/api/v1/alerts` and `/api/v1/alertmanagers`.
/// Source: Prometheus documentation, "HTTP API", "Rules", "Alerts" and "Alertmanagers".
public struct RuleRoutes: Sendable {
    private let rules: any RuleReporting

    public init(rules: any RuleReporting) {
        self.rules = rules
    }

    public func add(to router: some RouterMethods<some RequestContext>) {
        router.answer("/api/v1/rules", [.get]) { parameters, _ in
            let page = try RuleFilter(parameters).page(of: await rules.ruleGroups())
            return .prometheus { json in
                json.object { json in
                    json.member("groups") { $0.list(page.groups) { $0.ruleGroup($1, showsAlerts: !page.excludesAlerts) } }
                    if let token = page.nextToken { json.member("groupNextToken", token) }
                }
            }
        }
        router.answer("/api/v1/alerts", [.get]) { _, _ in
            let alerts = await rules.ruleGroups().flatMap(\.rules).flatMap { $0.alerting?.alerts ?? [] }
            return .prometheus { $0.object { $0.member("alerts") { $0.list(alerts) { $0.alert($1) } } } }
        }
        router.answer("/api/v1/alertmanagers", [.get]) { _, _ in
            // Postwatch does by itself what Prometheus leaves to those.
            .prometheus { json in
                json.object { json in
                    json.member("activeAlertmanagers") { $0.list([String]()) { $0.string($1) } }
                    json.member("droppedAlertmanagers") { $0.list([String]()) { $0.string($1) } }
                }
            }
        }
    }
}

extension PrometheusJSON {
    fileprivate mutating func ruleGroup(_ group: RuleGroupReport, showsAlerts: Bool) {
        object { json in
            json.member("name", group.name)
            json.member("file", group.file)
            json.member("rules") { $0.list(group.rules) { $0.rule($1, showsAlerts: showsAlerts) } }
            json.member("interval", group.interval)
            json.member("limit", group.limit)
            json.member("evaluationTime", group.evaluationTime)
            json.member("lastEvaluation", Self.text(of: group.lastEvaluation))
        }
    }

    private mutating func rule(_ rule: RuleReport, showsAlerts: Bool) {
        object { json in
            if rule.alerting != nil { json.member("state", rule.state) }
            json.member("name", rule.name)
            json.member("query", rule.query)
            if let alerting = rule.alerting {
                json.member("duration", alerting.hold)
                json.member("keepFiringFor", alerting.keepFiringFor)
            }
            json.member("labels") { $0.labels(rule.labels) }
            if let alerting = rule.alerting {
                json.member("annotations") { $0.texts(alerting.annotations) }
                json.member("alerts") { $0.list(showsAlerts ? alerting.alerts : []) { $0.alert($1) } }
            }
            json.member("health", rule.health.rawValue)
            if let error = rule.lastError { json.member("lastError", error) }
            json.member("evaluationTime", rule.evaluationTime)
            json.member("lastEvaluation", Self.text(of: rule.lastEvaluation))
            json.member("type", rule.alerting == nil ? "recording" : "alerting")
        }
    }

    fileprivate mutating func alert(_ alert: AlertRecord) {
        object { json in
            json.member("labels") { $0.labels(alert.labels) }
            json.member("annotations") { $0.texts(alert.annotations) }
            json.member("state", alert.state.rawValue)
            json.member("activeAt", alert.activeAt.rfc3339)
            if let since = alert.keepFiringSince { json.member("keepFiringSince", since.rfc3339) }
            json.member("value", alert.value.exponentialText)
        }
    }

    /// How Go writes a moment that never was.
    private static func text(of moment: Timestamp?) -> String {
        moment?.rfc3339 ?? "0001-01-01T00:00:00Z"
    }
}
