import MailWire
import PostwatchModel

/// What a run notes of its message's way, beside its steps.
struct PassageDraft {
    private let probe: String
    private let acceptedBy: String
    private let reply: String
    private let queueID: String?
    private let mailbox: String
    private var marks: [ProbePassage.Mark] = []

    /// More are a loop's.
    private static let mostMarks = 30

    /// A server has taken the message.
    /// - Parameter mailbox: where it is looked for.
    init(probe: String, _ acceptance: Acceptance, mailbox: String) {
        self.probe = probe
        acceptedBy = acceptance.endpoint
        reply = acceptance.reply
        queueID = acceptance.queueID
        self.mailbox = mailbox
    }

    /// The message was fetched.
    mutating func fetch(_ header: MessageHeader) {
        let fields = ReceivedField.all(in: header)
        marks = fields.prefix(Self.mostMarks).reversed().map { field in
            ProbePassage.Mark(
                host: field.by, queueID: field.id, at: field.seconds.map { Timestamp(milliseconds: $0 * 1000) },
                isByLMTP: field.with?.hasPrefix("LMTP") == true)
        }
    }

    /// With the steps of the run, from the first that belongs to the handing over: before that only the place of arrival was made ready.
    func passage(of run: JourneyRun) -> ProbePassage {
        let steps = run.steps.drop { $0.wire != "smtp" }
        let accepted = steps.firstIndex { $0.phase == "accept" }.map { $0 + 1 } ?? steps.endIndex
        let arrival = run.steps.first { $0.wire == "delivery" && $0.phase == "arrival" && $0.failure == nil }
        return ProbePassage(
            probe: probe, journey: run.journey, vantage: run.vantage, startedAt: run.startedAt + (steps.first?.offset ?? .zero),
            phases: steps[..<accepted].map { ProbePassage.Phase(name: $0.phase, duration: $0.duration) }, acceptedBy: acceptedBy,
            reply: reply,
            queueID: queueID, visibleAt: arrival.map { run.startedAt + $0.offset + $0.duration }, mailbox: mailbox,
            marks: marks)
    }
}
