import MailClient
import MailWire
import NIOCore

/// Arrival at a receiver of this process.
final class ReceiverArrival: ArrivalVisit {
    private let receiver: MailReceiver
    private let inbox: ReceiverInbox
    private let recorder: RunRecorder
    private var expected: String?
    private var header: MessageHeader?

    init(at receiver: MailReceiver, inbox: ReceiverInbox, recorder: RunRecorder) {
        self.receiver = receiver
        self.inbox = inbox
        self.recorder = recorder
    }

    func prepare(for mark: ProbeMark) async throws {
        let context = StepContext(wire: "delivery", phase: "listen", place: receiver.place, awaited: "a place to listen at")
        try await recorder.step(context) { Stamped((), at: try await receiver.listen()) }
        inbox.expect(mark.id)
        expected = mark.id
    }

    func finishPreparation() {}

    func awaitArrival(of mark: ProbeMark, _ acceptance: Acceptance) async throws -> Stamped<Void> {
        do throws(ConnectionFailure) {
            let arrived = try await inbox.arrival(of: mark.id, before: recorder.deadline)
            header = arrived.value
            inbox.forget(mark.id)
            return Stamped((), at: arrived.at)
        } catch .timedOut {
            throw StepFailure(acceptance.notSeen("at the receiver \(receiver.place)", within: recorder.timeout))
        }
    }

    func collect(_ mark: ProbeMark) -> MessageHeader {
        guard let header else { preconditionFailure("only what has arrived is collected") }
        return header
    }

    func leave() {
        if let expected { inbox.forget(expected) }
    }
}
