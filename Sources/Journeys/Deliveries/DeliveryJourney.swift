import MailClient
import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// Hands a message over at one place and waits until it is seen at another. Runs may overlap: each waits for its own message.
final class DeliveryJourney: JourneyRunning {
    private let setting: JourneySetting
    private let delivery: Delivery
    private let idPrefix: String
    private let book: ProbeBook
    private let sweep: ProbeSweep?
    private let bounces: BounceMailbox?
    private let inbox: ReceiverInbox

    /// Throws when the books of the journey, or a file with trusted roots, cannot be read.
    init(setting: JourneySetting, delivery: Delivery) throws {
        self.setting = setting
        self.delivery = delivery
        idPrefix = ProbeMark.idPrefix(of: setting.vantage)
        let terms = ProbeLedger.Terms(lateAfter: delivery.patience.lateAfter, lostAfter: delivery.patience.lostAfter)
        let book = try setting.probes.open(setting, terms: terms)
        self.book = book
        sweep =
            switch delivery.destination {
            case .receiver: nil
            case .mailbox(let route, _):
                ProbeSweep(
                    of: setting, in: route.access.folder, folders: delivery.folders, trace: delivery.trace, idPrefix: idPrefix,
                    takesReports: delivery.reportsComeToMailbox, book: book)
            }
        bounces = try delivery.bounces.flatMap { try setting.bounceMailboxes.mailbox($0, for: setting, book) }
        inbox = ReceiverInbox(
            of: setting, book: book, recipient: delivery.recipient, eventLoop: setting.group.next())
        if case .receiver(let receiver) = delivery.destination { receiver.open(inbox) }
    }

    var name: String { setting.configuration.name }
    var interval: Duration { setting.configuration.interval }

    func run() async -> JourneyRun {
        let startedAt = setting.world.now()
        let recorder = setting.makeRecorder()
        let mark = makeMark(at: startedAt)
        let exchange = MailExchange(route: delivery.exchange, setting: setting, recorder: recorder)
        let arrival = visit(recorder)
        book.begin(mark)
        do {
            try await carry(mark, through: exchange, to: arrival, recorder)
        } catch {
            recorder.fail("\(error)")
        }
        book.release(mark.id, mayBeSent: exchange.mayHaveAccepted)
        await exchange.leave()
        await arrival.leave()
        return setting.run(recorder, startedAt: startedAt)
    }

    func liveSamples(at now: Timestamp) -> [Sample] {
        book.samples(at: now) + (bounces?.samples(setting.seriesLabels, at: now) ?? [])
    }

    // MARK: - Private

    private func makeMark(at now: Timestamp) -> ProbeMark {
        let random = String(UInt64.random(in: .min ... .max), radix: 16)
        return switch delivery.trace {
        case .signedHeader: ProbeMark(journey: name, id: idPrefix + random, sentAt: now)
        case .answer:
            ProbeMark(provingItself: name, idPrefix: idPrefix, random: random, sentAt: now, signedWith: setting.signingKey)
        }
    }

    private func visit(_ recorder: RunRecorder) -> any ArrivalVisit {
        switch (delivery.destination, sweep) {
        case (.mailbox(let route, let account), let sweep?):
            MailboxArrival(
                in: setting, route: route, account: account, trace: delivery.trace, recorder: recorder,
                books: MailboxArrival.Books(book: book, sweep: sweep, bounces: bounces))
        case (.mailbox, nil): preconditionFailure("a mailbox is swept")
        case (.receiver(let receiver), _): ReceiverArrival(at: receiver, inbox: inbox, recorder: recorder)
        }
    }

    private func carry(
        _ mark: ProbeMark, through exchange: MailExchange, to arrival: any ArrivalVisit, _ recorder: RunRecorder
    ) async throws {
        let access = delivery.exchange.access
        let content = delivery.trace == .answer ? ProbeMessage.Content.answerable : .plain
        let message = ProbeMessage(mark: mark, sender: access.from, recipient: delivery.recipient, host: access.hello, content: content)
        try await arrival.prepare(for: mark)
        try await exchange.open()
        // Long done by now, as a rule: the message was written down when the run began.
        await book.persist(before: recorder.deadline)
        let reply = try await exchange.handOver(message.bytes(signedWith: setting.signingKey), to: delivery.recipient)
        let acceptance = Acceptance(reply, to: exchange, under: recorder.veil)
        book.accept(mark.id, acceptance)
        recorder.passage = PassageDraft(probe: mark.id, acceptance, mailbox: delivery.place)
        try await exchange.part()
        try await arrival.finishPreparation()
        let context = StepContext(wire: "delivery", phase: "arrival", place: acceptance.place, awaited: "the message")
        try await recorder.step(context) { try await arrival.awaitArrival(of: mark, acceptance) }
        let header = try await arrival.collect(mark)
        if delivery.trace == .signedHeader { recorder.passage?.fetch(header) }
        guard delivery.trace == .answer, let answeredAt = header.values(of: "Date").first.flatMap(Timestamp.init(mailDate:)) else { return }
        recorder.divide("arrival", at: answeredAt - mark.sentAt, into: ("outward", "return"))
    }
}

extension Delivery {
    /// Where the message is looked for.
    fileprivate var place: String {
        switch destination {
        case .mailbox(let route, _): route.access.place
        case .receiver(let receiver): receiver.place
        }
    }

    /// Whether what servers report on the message comes to the mailbox in which it is awaited: sender and recipient are one, or the
    /// message itself goes somewhere else and only its answer comes back.
    fileprivate var reportsComeToMailbox: Bool {
        guard bounces == nil, !exchange.access.from.isEmpty else { return false }
        return trace == .answer || exchange.access.from.lowercased() == recipient.lowercased()
    }
}
