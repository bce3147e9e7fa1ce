import Foundation
import PostwatchModel
import Testing

@testable import Notifiers

@Suite("WebhookPayload")
struct WebhookPayloadTests {
    private func payload(_ reason: Page.Reason) throws -> [String: Any] {
        var incident = Incident(
            number: 12, severity: .critical, component: "mailstore", nodes: ["mailstore-1"], title: "mailstore-1 is down",
            openedAt: Timestamp(seconds: 1_700_000_000))
        incident.events = [
            "1": event("NodeDown", .firing), "2": event("ImapLoginFailing", reason == .resolved ? .resolved : .firing),
        ]
        let page = Page(receiver: "engineering/webhook-1", reason: reason, incident: incident, writtenAt: Timestamp(seconds: 1_700_000_010))
        let data = try JSONEncoder().encode(WebhookPayload(page, receiver: "engineering", externalURL: "http://127.0.0.1:9460"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private func event(_ name: String, _ state: Event.State) -> Event {
        Event(
            id: name, state: state, severity: .critical, labels: ["alertname": name, "component": "mailstore", "severity": "critical"],
            annotations: ["summary": name], startedAt: Timestamp(seconds: 1_700_000_000),
            endedAt: state == .resolved ? Timestamp(seconds: 1_700_000_100) : nil)
    }

    @Test("it has every key of Alertmanager's version 4, and the incident")
    func keys() throws {
        let payload = try payload(.opened)
        let expected = [
            "version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels", "commonLabels", "commonAnnotations",
            "externalURL", "alerts", "incident",
        ]
        #expect(Set(payload.keys) == Set(expected))
        #expect(payload["version"] as? String == "4")
        #expect(payload["status"] as? String == "firing")
        #expect(payload["receiver"] as? String == "engineering")
        #expect(payload["groupKey"] as? String == #"{}:{incident="12"}"#)
    }

    @Test("labels that all events share are common, others are not")
    func commonLabels() throws {
        let payload = try payload(.opened)
        #expect(payload["commonLabels"] as? [String: String] == ["component": "mailstore", "severity": "critical"])
        #expect(payload["commonAnnotations"] as? [String: String] == [:])
    }

    @Test("each alert tells since when, and until when once it is over")
    func alerts() throws {
        let payload = try payload(.resolved)
        #expect(payload["status"] as? String == "resolved")
        let alerts = try #require(payload["alerts"] as? [[String: Any]])
        let ends = Dictionary(
            alerts.map { (($0["labels"] as? [String: String])?["alertname"] ?? "", $0["endsAt"] as? String ?? "") }
        ) { first, _ in first }
        #expect(ends == ["NodeDown": "0001-01-01T00:00:00Z", "ImapLoginFailing": "2023-11-14T22:15:00.000Z"])
        #expect(alerts.allSatisfy { ($0["fingerprint"] as? String)?.count == 16 })
        #expect(alerts.allSatisfy { $0["generatorURL"] as? String == "http://127.0.0.1:9460/incidents/12" })
    }
}
