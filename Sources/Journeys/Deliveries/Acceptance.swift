import MailWire
import NIOCore
import PostwatchModel

/// A server's promise to deliver.
struct Acceptance {
    let place: String
    let reply: SMTPReply
    /// When the message went off. It cannot have arrived before.
    let handedOverAt: NIODeadline

    /// The queue id is what an operator looks for in that server's log.
    /// - Parameter destination: `in the mailbox`.
    func notSeen(_ destination: String, within timeout: Duration) -> String {
        "\(words) but not seen \(destination) within \(timeout.prometheusText)"
    }

    func strayed(into folder: String, instead inbox: String) -> String {
        "\(words) but filed in the folder \(folder) instead of \(inbox)"
    }

    func ended(as outcome: ProbeOutcome, _ reason: String?) -> String {
        "\(words) but \(outcome.rawValue)" + (reason.map { ": \($0)" } ?? "")
    }

    // MARK: - Private

    private var words: String {
        "accepted by \(place) (\(reply.queueID.map { "queued as \($0)" } ?? reply.description))"
    }
}
