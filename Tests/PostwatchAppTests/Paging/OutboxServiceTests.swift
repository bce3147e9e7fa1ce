import Foundation
import Logging
import PostwatchModel
import PostwatchRuntime
import RecordStore
import Synchronization
import TestSupport
import Testing

@testable import PostwatchApp

@Suite("OutboxService")
struct OutboxServiceTests {
    @Test("a page is tried again, more and more rarely, until it is taken, and then never again")
    func repetition() async throws {
        let desk = try Desk(answers: Array(repeating: .busy(receiver: "a", status: 503), count: 4))
        try await desk.write(.opened)
        var attempts: [Int] = []
        for second in 0..<60 {
            let before = desk.notifier.delivered.count
            await desk.outbox.deliverDue()
            if desk.notifier.delivered.count > before { attempts.append(second) }
            desk.clock.advance(by: .seconds(1))
        }
        #expect(attempts == [0, 1, 3, 7, 15])
        #expect(try await desk.records.outbox().isEmpty)
    }

    @Test("who refuses is asked again after five minutes, since an operator may have mended it")
    func refusal() async throws {
        let desk = try Desk(answers: [.refused(receiver: "a", status: 404)])
        try await desk.write(.opened)
        await desk.outbox.deliverDue()
        desk.clock.advance(by: .seconds(299))
        await desk.outbox.deliverDue()
        #expect(desk.notifier.delivered.count == 1)
        desk.clock.advance(by: .seconds(1))
        await desk.outbox.deliverDue()
        #expect(desk.notifier.delivered.count == 2)
        #expect(try await desk.records.outbox().isEmpty)
    }

    @Test("nobody hears of the end before the beginning")
    func order() async throws {
        let desk = try Desk(answers: [.unreachable(receiver: "a", reason: "refused")])
        try await desk.write(.opened)
        try await desk.write(.resolved)
        await desk.outbox.deliverDue()
        #expect(desk.notifier.delivered == ["incident-1/opened/a"])
        desk.clock.advance(by: .seconds(1))
        await desk.outbox.deliverDue()
        #expect(desk.notifier.delivered == ["incident-1/opened/a", "incident-1/opened/a", "incident-1/resolved/a"])
    }
}

/// An outbox with a receiver that answers as it is told.
private struct Desk {
    final class Receiver: Notifying {
        private let state: Mutex<(answers: [DeliveryFailure], delivered: [String])>

        init(answers: [DeliveryFailure]) {
            state = Mutex((answers, []))
        }

        /// Identifiers of the pages that arrived, taken or not.
        var delivered: [String] { state.withLock { $0.delivered } }

        func deliver(_ page: Page) async throws(DeliveryFailure) {
            let failure: DeliveryFailure? = state.withLock { state in
                state.delivered.append(page.id)
                return state.answers.isEmpty ? nil : state.answers.removeFirst()
            }
            if let failure { throw failure }
        }
    }

    let clock = ManualClock()
    let notifier: Receiver
    let records: RecordStore
    let outbox: OutboxService
    private let world: World

    init(answers: [DeliveryFailure]) throws {
        notifier = Receiver(answers: answers)
        records = try RecordStore(path: ":memory:")
        world = .manual(clock: clock)
        outbox = OutboxService(
            incidents: records, notifier: notifier, world: world, telemetry: Telemetry(facts: Facts.server),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    func write(_ reason: Page.Reason) async throws {
        let incident = Incident(number: 1, severity: .critical, component: "mx", nodes: ["mx-1"], title: "down", openedAt: world.now())
        let page = Page(receiver: "a", reason: reason, incident: incident, writtenAt: world.now())
        try await records.commit(JudgementChange(incidents: [incident], pages: [page]))
    }
}
