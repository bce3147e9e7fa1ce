import Foundation
import PostwatchModel
import Testing

@testable import RecordStore

@Suite("RecordStore")
struct RecordStoreTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("records-\(UUID().uuidString).sqlite").path

    private func withStore(_ body: (RecordStore) async throws -> Void) async throws {
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        try await body(try RecordStore(path: path))
    }

    @Test("what was committed is there after the file is opened again")
    func reopening() async throws {
        try await withStore { store in
            try await store.commit(JudgementChange(alerts: [.sample], incidents: [.sample(1)], pages: [.sample(1)]))
            let again = try RecordStore(path: path)
            #expect(try await again.activeAlerts() == [.sample])
            #expect(try await again.incident(number: 1) == .sample(1))
            #expect(try await again.outbox().map(\.page) == [.sample(1)])
            #expect(try await again.highestIncidentNumber() == 1)
        }
    }

    @Test("an alert with a value that is no number is kept as it is", arguments: [Double.infinity, -.infinity])
    func oddValues(value: Double) async throws {
        try await withStore { store in
            var alert = AlertRecord.sample
            alert.value = value
            try await store.commit(JudgementChange(alerts: [alert]))
            #expect(try await store.activeAlerts() == [alert])
        }
    }

    @Test("ended alerts are gone")
    func endedAlerts() async throws {
        try await withStore { store in
            try await store.commit(JudgementChange(alerts: [.sample]))
            try await store.commit(JudgementChange(endedAlerts: [AlertRecord.sample.id]))
            #expect(try await store.activeAlerts().isEmpty)
        }
    }

    @Test("a page that was written before is not written again, delivered or not")
    func pagesOnce() async throws {
        try await withStore { store in
            try await store.commit(JudgementChange(incidents: [.sample(1)], pages: [.sample(1)]))
            try await store.commit(JudgementChange(pages: [.sample(1)]))
            #expect(try await store.outbox().count == 1)
            try await store.markDelivered(pageID: Page.sample(1).id, at: Timestamp(seconds: 50))
            try await store.commit(JudgementChange(pages: [.sample(1)]))
            #expect(try await store.outbox().isEmpty)
        }
    }

    @Test("the timeline of an incident that goes on for days is bounded: its beginning and its end are kept")
    func longTimeline() async throws {
        try await withStore { store in
            var incident = Incident.sample(1)
            for number in 0..<1200 {
                incident.note("entry \(number)", at: Timestamp(seconds: Double(100 + number)))
                guard number % 50 == 0 || number == 1199 else { continue }
                try await store.commit(JudgementChange(incidents: [incident]))
            }
            let timeline = try #require(try await store.incident(number: 1)?.timeline)
            #expect(timeline.count == 501)
            #expect(timeline.first?.text == "opened by NodeDown" && timeline[100].text == Incident.leftOut)
            #expect(timeline.last?.text == "entry 1199" && timeline[101].text == "entry 800")
        }
    }

    @Test("a delivery is told on the timeline, and an incident saved afterwards does not wipe it out")
    func timelineIsAppendOnly() async throws {
        try await withStore { store in
            try await store.commit(JudgementChange(incidents: [.sample(1)], pages: [.sample(1)]))
            try await store.markDelivered(pageID: Page.sample(1).id, at: Timestamp(seconds: 50))
            try await store.commit(JudgementChange(incidents: [.sample(1)]))
            let texts = try await store.incident(number: 1)?.timeline.map(\.text)
            #expect(texts == ["opened by NodeDown", "engineering took the page (opened)"])
        }
    }

    @Test("a failed attempt is counted and says when to try again")
    func failedAttempts() async throws {
        try await withStore { store in
            try await store.commit(JudgementChange(incidents: [.sample(1)], pages: [.sample(1)]))
            try await store.markFailed(pageID: Page.sample(1).id, failure: "busy", nextAttemptAt: Timestamp(seconds: 99))
            let entry = try await store.outbox().first
            #expect(entry?.attempts == 1)
            #expect(entry?.nextAttemptAt == Timestamp(seconds: 99))
            #expect(entry?.lastFailure == "busy")
        }
    }

    @Test("open incidents are listed for ever, resolved ones for as long as asked, newest first")
    func listing() async throws {
        try await withStore { store in
            var old = Incident.sample(2)
            old.state = .resolved
            old.resolvedAt = Timestamp(seconds: 100)
            var recent = Incident.sample(3)
            recent.state = .resolved
            recent.resolvedAt = Timestamp(seconds: 200)
            try await store.commit(JudgementChange(incidents: [.sample(1), old, recent]))
            #expect(try await store.incidents(openOrResolvedSince: Timestamp(seconds: 150)).map(\.number) == [3, 1])
            #expect(try await store.incidents(limit: 2).map(\.number) == [3, 2])
        }
    }

    @Test("a path that cannot be opened is named in the error")
    func unusablePath() {
        #expect(throws: RecordStoreFailure.self) { try RecordStore(path: "/nonexistent/records.sqlite") }
    }
}

extension AlertRecord {
    fileprivate static let sample = AlertRecord(
        id: "group/NodeDown/1", group: "group", rule: "NodeDown", labels: ["alertname": "NodeDown", "instance": "mx-1"],
        annotations: ["summary": "down"], state: .firing, value: 1, activeAt: Timestamp(seconds: 10), firedAt: Timestamp(seconds: 15))
}

extension Incident {
    fileprivate static func sample(_ number: Int) -> Incident {
        var incident = Incident(
            number: number, severity: .critical, component: "mx", nodes: ["mx-1"], title: "mx-1 is down", openedAt: Timestamp(seconds: 10))
        incident.timeline = [TimelineEntry(at: Timestamp(seconds: 10), text: "opened by NodeDown")]
        return incident
    }
}

extension Page {
    fileprivate static func sample(_ number: Int) -> Page {
        Page(receiver: "engineering", reason: .opened, incident: .sample(number), writtenAt: Timestamp(seconds: 12))
    }
}
