import MailClient
import MailWire
import NIOCore

/// One run's time at the place where its message is to arrive. Belongs to one task.
protocol ArrivalVisit {
    /// Whatever must be ready before the message goes off, and what had better be.
    func prepare(for mark: ProbeMark) async throws
    /// Makes ready what could not be made ready before. The message is accepted.
    func finishPreparation() async throws
    /// Waits until the message is there; for the step that times the delivery.
    func awaitArrival(of mark: ProbeMark, _ acceptance: Acceptance) async throws -> Stamped<Void>
    /// Reads the message, makes sure that it is the one, books it, and takes it away. Returns its header.
    func collect(_ mark: ProbeMark) async throws -> MessageHeader
    /// Leaves the place, also where a run was broken off.
    func leave() async
}
