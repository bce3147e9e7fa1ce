import PostwatchModel

/// What a webhook receives: Alertmanager's payload, version 4, so that its receivers understand it unchanged, and one key more,
/// `incident`, for those that know Postwatch.
/// Source: Alertmanager documentation, "Configuration", `webhook_config`.
struct WebhookPayload: Encodable, Hashable, Sendable {
    struct Alert: Encodable, Hashable, Sendable {
        let status: String
        let labels: [String: String]
        let annotations: [String: String]
        let startsAt: String
        let endsAt: String
        let generatorURL: String
        let fingerprint: String
    }

    struct IncidentSummary: Encodable, Hashable, Sendable {
        let number: Int
        let title: String
        let severity: String
        let component: String?
        let nodes: [String]
        let openedAt: String
        let resolvedAt: String?
    }

    let version = "4"
    let groupKey: String
    let truncatedAlerts = 0
    let status: String
    let receiver: String
    let groupLabels: [String: String]
    let commonLabels: [String: String]
    let commonAnnotations: [String: String]
    let externalURL: String
    let alerts: [Alert]
    let incident: IncidentSummary

    init(_ page: Page, receiver: String, externalURL: String) {
        let incident = page.incident
        let url = "\(externalURL)/incidents/\(incident.number)"
        let events = incident.events.values.sorted { $0.id < $1.id }
        groupKey = "{}:{incident=\"\(incident.number)\"}"
        status = page.reason == .resolved ? "resolved" : "firing"
        self.receiver = receiver
        groupLabels = [
            "incident": String(incident.number), "component": incident.component ?? "",
            "instance": incident.nodes.joined(separator: ","),
        ].filter { !$0.value.isEmpty }
        commonLabels = Self.common(events.map(\.labels.dictionary))
        commonAnnotations = Self.common(events.map(\.annotations))
        self.externalURL = externalURL
        alerts = events.map { event in
            Alert(
                status: event.state.rawValue, labels: event.labels.dictionary, annotations: event.annotations,
                startsAt: event.startedAt.rfc3339, endsAt: event.endedAt?.rfc3339 ?? "0001-01-01T00:00:00Z", generatorURL: url,
                fingerprint: event.labels.fingerprint)
        }
        self.incident = IncidentSummary(
            number: incident.number, title: incident.title, severity: incident.severity.rawValue, component: incident.component,
            nodes: incident.nodes, openedAt: incident.openedAt.rfc3339, resolvedAt: incident.resolvedAt?.rfc3339)
    }

    // MARK: - Private

    /// The pairs that all of them have.
    private static func common(_ maps: [[String: String]]) -> [String: String] {
        guard let first = maps.first else { return [:] }
        return first.filter { pair in maps.allSatisfy { $0[pair.key] == pair.value } }
    }
}
