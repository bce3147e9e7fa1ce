import MailClient
import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// Sends a message from outside and waits until it can be read in the mailbox. Runs may overlap: each waits for its own message.
final class InboundJourney: JourneyRunning {
    /// Time between two looks into the mailbox, and so the error of the arrival's duration.
    private static let pollInterval = Duration.milliseconds(250)
    /// Time between two looks for a message that does not come where it might be instead.
    private static let asideInterval = TimeAmount.seconds(5)
    /// Copies of a message that are read when there is more than one.
    private static let copyLimit = 5

    private let setting: JourneySetting
    private let exchangeRoute: ExchangeRoute
    private let mailboxRoute: MailboxRoute
    private let task: InboundTask
    private let key: ProbeSigningKey
    private let idPrefix: String
    private let book: ProbeBook
    private let sweep: ProbeSweep
    private let bounces: BounceMailbox?

    /// Throws when the books of the journey, or a file with trusted roots, cannot be read.
    init(setting: JourneySetting, task: InboundTask) throws {
        self.setting = setting
        self.task = task
        exchangeRoute = try ExchangeRoute(task.exchange)
        mailboxRoute = try MailboxRoute(task.mailbox)
        key = setting.signingKey
        idPrefix = StableHash(setting.vantage.utf8).hexadecimal.prefix(8) + "-"
        let book = try setting.probes.open(setting, terms: ProbeLedger.Terms(lateAfter: task.lateAfter, lostAfter: task.lostAfter))
        self.book = book
        let isOwnSender = task.exchange.from.lowercased() == task.recipient.lowercased()
        sweep = ProbeSweep(
            of: setting, in: task.mailbox.folder, folders: task.folders, takesReports: isOwnSender && task.bounces == nil, book: book)
        bounces = try task.bounces.map { try BounceMailbox($0, setting: setting, book: book) }
    }

    var name: String { setting.configuration.name }
    var interval: Duration { setting.configuration.interval }

    func run() async -> JourneyRun {
        let startedAt = setting.world.now()
        let recorder = setting.makeRecorder()
        let random = String(UInt64.random(in: .min ... .max), radix: 16)
        let mark = ProbeMark(journey: name, id: idPrefix + random, sentAt: startedAt)
        let exchange = MailExchange(route: exchangeRoute, setting: setting, recorder: recorder)
        let visit = MailboxVisit(route: mailboxRoute, setting: setting, recorder: recorder)
        book.begin(mark)
        do {
            try await carry(mark, through: exchange, into: visit, recorder)
        } catch {
            recorder.fail("\(error)")
        }
        book.release(mark.id, mayBeSent: exchange.mayHaveAccepted)
        await exchange.leave()
        await visit.leave()
        return setting.run(recorder, startedAt: startedAt)
    }

    func liveSamples(at now: Timestamp) -> [Sample] { book.samples(at: now) }

    // MARK: - Private

    /// Messages in the mailbox that carry the probe's number.
    private struct Arrival {
        let uids: [UID]
        let at: Timestamp
    }

    private func carry(
        _ mark: ProbeMark, through exchange: MailExchange, into visit: MailboxVisit, _ recorder: RunRecorder
    ) async throws {
        let (account, recipient) = (task.account, task.recipient)
        let password = try account.password.read()
        recorder.secret = password
        let access = exchangeRoute.access
        let message = ProbeMessage(mark: mark, sender: access.from, recipient: recipient, host: access.hello)
        try await exchange.open()
        // Long done by now, as a rule: the message was written down when the run began.
        await book.persist()
        let reply = try await exchange.handOver(message.bytes(signedWith: key), to: recipient)
        book.accept(mark.id, by: exchange.place, reply)
        recorder.passage = PassageDraft(
            probe: mark.id, acceptedBy: exchange.place, reply, mailbox: mailboxRoute.access.server.description)
        try await exchange.part()
        let acceptance = Acceptance(place: exchange.place, reply: reply)
        let context = StepContext(wire: "delivery", phase: "arrival", place: acceptance.place, awaited: "the message")
        var hasSwept = false
        let arrival = try await recorder.step(context) {
            try await visit.open()
            try await visit.login(account.username, password)
            try await select(with: visit)
            return try await awaitArrival(of: mark, at: visit, recorder, acceptance, hasSwept: &hasSwept)
        }
        let uids = try await read(arrival, mark, with: visit, recorder)
        try await persist(recorder)
        try await visit.step("delete", "the end of the deletion") { Stamped((), at: try await visit.delete(uids)) }
        if !hasSwept { try await tidy(visit, before: recorder.deadline) }
        try await visit.logout()
    }

    /// Books and removes what earlier runs left, and hears what servers report on it.
    private func tidy(_ visit: MailboxVisit, before deadline: NIODeadline) async throws {
        try await visit.step("sweep", "the end of the search for what earlier runs left") {
            let swept = try await sweep.everywhere(visit)
            guard let bounces, book.hasStragglers else { return Stamped((), at: swept.at) }
            await bounces.look(before: deadline)
            return Stamped((), at: .now())
        }
    }

    private func select(with visit: MailboxVisit) async throws {
        if visit.capabilities == nil { try await visit.askCapabilities() }
        _ = try await visit.perform(.select(mailbox: mailboxRoute.access.folder), in: "select")
    }

    /// Looks until the message is there. What earlier runs left is booked and removed meanwhile, once.
    private func awaitArrival(
        of mark: ProbeMark, at visit: MailboxVisit, _ recorder: RunRecorder, _ acceptance: Acceptance, hasSwept: inout Bool
    ) async throws -> Stamped<Arrival> {
        var lookAside = NIODeadline.now() + Self.asideInterval
        while true {
            let answer = try await visit.answer(
                to: .uidSearch([.undeleted, .header(ProbeMark.headerName, mark.id)]), in: "search")
            if !answer.value.found.isEmpty {
                let uids = Array(answer.value.found.prefix(Self.copyLimit))
                return Stamped(Arrival(uids: uids, at: setting.world.now()), at: answer.at)
            }
            var strayed: ProbeSighting?
            if !hasSwept {
                hasSwept = true
                strayed = try await sweep.everywhere(visit, awaiting: mark).value
            } else if .now() >= lookAside {
                strayed = try await sweep.aside(visit, awaiting: mark)
                await bounces?.look(before: recorder.deadline)
                lookAside = .now() + Self.asideInterval
            }
            if let strayed { throw StepFailure(acceptance.strayed(into: strayed.folder, instead: mailboxRoute.access.folder)) }
            if let record = book.record(of: mark.id), case .settled(let outcome) = record.stage {
                throw StepFailure(acceptance.ended(as: outcome, record.reason))
            }
            guard recorder.deadline - .now() > .milliseconds(Self.pollInterval.wholeMilliseconds) else {
                throw StepFailure(acceptance.notSeen(within: recorder.timeout))
            }
            try await setting.world.clock.sleep(for: Self.pollInterval)
            // Some servers show new messages to a search only behind a command that may report them.
            _ = try await visit.answer(to: .noop, in: "search")
        }
    }

    /// Reads the whole message, as a user would, and makes sure that it is ours before it is booked and deleted.
    private func read(_ arrival: Arrival, _ mark: ProbeMark, with visit: MailboxVisit, _ recorder: RunRecorder) async throws -> [UID] {
        try await visit.step("fetch", "the message") {
            let answer = try await visit.answer(to: .uidFetch(arrival.uids, [.uid, .message]), in: "fetch")
            let ours = answer.value.fetched.filter { fetch in
                ProbeMark(header: Self.header(of: fetch.sections[""] ?? []), verifiedWith: key) == mark
            }.compactMap(\.uid)
            if let first = answer.value.fetched.first { recorder.passage?.fetch(header: Self.header(of: first.sections[""] ?? [])) }
            guard !ours.isEmpty else {
                throw StepFailure(
                    "the message that carries the probe's number came back without its signed header \(ProbeMark.headerName); it was left alone"
                )
            }
            let folder = mailboxRoute.access.folder
            book.see(mark.id, ours.map { ProbeSighting(place: .inbox, folder: folder, uid: $0.number, at: arrival.at) })
            return Stamped(ours, at: answer.at)
        }
    }

    /// A message that is gone from the mailbox before the books say what became of it would be lost to us: the books first.
    private func persist(_ recorder: RunRecorder) async throws {
        try await recorder.step(StepContext(wire: "delivery", phase: "book", place: "the records", awaited: "the disk")) {
            await book.persist()
            return Stamped((), at: .now())
        }
    }

    private static func header(of message: [UInt8]) -> [UInt8] {
        let end = Array("\r\n\r\n".utf8)
        let start = message.indices.first { message[$0...].starts(with: end) }
        return Array(message.prefix(start ?? message.count))
    }
}

/// A server's promise to deliver.
private struct Acceptance {
    let place: String
    let reply: SMTPReply

    /// The queue id is what an operator looks for in that server's log.
    func notSeen(within timeout: Duration) -> String {
        "\(words) but not seen in the mailbox within \(timeout.prometheusText)"
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
