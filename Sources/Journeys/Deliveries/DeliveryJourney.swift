import MailClient
import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// Hands a message over at one place and waits until it is seen at another. Runs may overlap: each waits for its own message.
final class DeliveryJourney: JourneyRunning {
    private let setting: JourneySetting
    private let delivery: Delivery
    private let books: ProbeBooks
    private let inbox: ReceiverInbox

    init(setting: JourneySetting, delivery: Delivery) {
        self.setting = setting
        self.delivery = delivery
        books = ProbeBooks(of: setting, delivery.patience)
        inbox = ReceiverInbox(books: books, recipient: delivery.recipient, eventLoop: setting.group.next())
    }

    var name: String { setting.configuration.name }
    var interval: Duration { setting.configuration.interval }

    func run() async -> JourneyRun {
        let startedAt = setting.world.now()
        let recorder = setting.makeRecorder()
        let mark = makeMark(at: startedAt)
        let exchange = MailExchange(route: delivery.exchange, setting: setting, recorder: recorder)
        let arrival = visit(recorder)
        do {
            try await carry(mark, through: exchange, to: arrival, recorder)
        } catch {
            recorder.fail("\(error)")
        }
        books.abandon(mark.id)
        await exchange.leave()
        await arrival.leave()
        return setting.run(recorder, startedAt: startedAt)
    }

    func liveSamples(at now: Timestamp) -> [Sample] { books.samples(setting.seriesLabels, at: now) }

    // MARK: - Private

    private func makeMark(at now: Timestamp) -> ProbeMark {
        let random = String(UInt64.random(in: .min ... .max), radix: 16)
        return switch delivery.trace {
        case .signedHeader: ProbeMark(journey: name, id: books.idPrefix + random, sentAt: now)
        case .answer:
            ProbeMark(provingItself: name, idPrefix: books.idPrefix, random: random, sentAt: now, signedWith: books.key)
        }
    }

    private func visit(_ recorder: RunRecorder) -> any ArrivalVisit {
        switch delivery.destination {
        case .receiver(let receiver): ReceiverArrival(at: receiver, inbox: inbox, recorder: recorder, books: books)
        case .mailbox(let route, let account):
            MailboxArrival(
                visit: MailboxVisit(route: route, setting: setting, recorder: recorder), folder: route.access.folder, account: account,
                trace: delivery.trace, recorder: recorder, books: books, clock: setting.world.clock)
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
        let reply = try await exchange.handOver(message.bytes(signedWith: books.key), to: delivery.recipient)
        books.accept(mark.id)
        try await exchange.part()
        let acceptance = Acceptance(place: exchange.place, reply: reply)
        let context = StepContext(wire: "delivery", phase: "arrival", place: acceptance.place, awaited: "the message")
        try await recorder.step(context) { try await arrival.awaitArrival(of: mark, acceptance) }
        let header = try await arrival.collect(mark)
        guard delivery.trace == .answer, let answeredAt = header.values(of: "Date").first.flatMap({ MailDate($0) }) else { return }
        recorder.divide("arrival", at: answeredAt.moment - mark.sentAt, into: ("outward", "return"))
    }
}
