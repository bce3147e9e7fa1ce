import MailClient
import MailWire
import NIOCore

/// One run's time at the place where its message is to arrive. Belongs to one task.
protocol ArrivalVisit {
    /// Whatever must be ready before the message goes off.
    func prepare(for mark: ProbeMark) async throws
    /// Waits until the message is there; for the step that times the delivery.
    func awaitArrival(of mark: ProbeMark, _ acceptance: Acceptance) async throws -> Stamped<Void>
    /// Reads the message, makes sure that it is the one, and takes it away. Returns its header.
    func collect(_ mark: ProbeMark) async throws -> MessageHeader
    /// Leaves the place, also where a run was broken off.
    func leave() async
}

/// A server's promise to deliver.
struct Acceptance {
    let place: String
    let reply: SMTPReply

    /// The queue id is what an operator looks for in that server's log.
    /// - Parameter destination: `in the mailbox`.
    func notSeen(_ destination: String, within timeout: Duration) -> String {
        "accepted by \(place) (\(queueID.map { "queued as \($0)" } ?? reply.description)) but not seen \(destination) within \(timeout.prometheusText)"
    }

    /// Postfix: `250 2.0.0 Ok: queued as 3F2A1…`.
    private var queueID: Substring? {
        let words = reply.lines.flatMap { $0.split(separator: " ") }
        guard let queued = words.firstIndex(where: { $0.lowercased() == "queued" }), words.count > queued + 2,
            words[queued + 1].lowercased() == "as"
        else { return nil }
        return words[queued + 2].prefix { $0.isLetter || $0.isNumber }
    }
}
