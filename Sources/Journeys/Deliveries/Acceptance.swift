import MailWire
import NIOCore
import PostwatchModel

/// A server's promise to deliver.
struct Acceptance {
    /// As sentences name the server: `smtp.example.test:587 [192.0.2.11]`.
    let place: String
    /// The server alone: `smtp.example.test:587`.
    let endpoint: String
    /// What it said, printable and cut, without what is secret.
    let reply: String
    /// What it calls the message in its log; `nil` when it does not say, or says something that is secret.
    let queueID: String?
    /// When the message went off. It cannot have arrived before.
    let handedOverAt: NIODeadline

    /// - Parameters:
    ///   - reply: as the server said it to `exchange`.
    ///   - veil: that of the run; it leaves the queue id readable from now on.
    init(_ reply: SMTPReply, to exchange: MailExchange, under veil: SecretVeil) {
        place = exchange.place
        endpoint = exchange.endpoint
        queueID = reply.queueID.flatMap { veil.isTold(by: $0) ? nil : $0 }
        if let queueID { veil.spare(queueID) }
        self.reply = veil.covering(MailExchange.printable(reply))
        handedOverAt = exchange.handedOverAt ?? .now()
    }

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
        "accepted by \(place) (\(queueID.map { "queued as \($0)" } ?? reply))"
    }
}
