import MailClient
import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// Sends a message from outside and waits until it can be read in the mailbox. Runs may overlap: each waits for its own message.
final class InboundJourney: JourneyRunning {
    /// Time between two looks into the mailbox, and so the error of the arrival's duration.
    private static let pollInterval = Duration.milliseconds(250)
    /// Messages that one visit looks at for orphans and latecomers.
    private static let collectionLimit = 100

    private let setting: JourneySetting
    private let exchangeRoute: ExchangeRoute
    private let mailboxRoute: MailboxRoute
    private let task: InboundTask
    private let key: ProbeSigningKey
    private let idPrefix: String
    private let ledger: Mutex<ProbeLedger>

    init(setting: JourneySetting, task: InboundTask, exchange: ExchangeRoute, mailbox: MailboxRoute) {
        self.setting = setting
        self.task = task
        self.exchangeRoute = exchange
        self.mailboxRoute = mailbox
        self.key = setting.signingKey
        self.idPrefix = StableHash(setting.vantage.utf8).hexadecimal.prefix(8) + "-"
        self.ledger = Mutex(
            ProbeLedger(
                lateAfter: task.lateAfter, lostAfter: task.lostAfter, idPrefix: idPrefix,
                openedAt: setting.world.now()))
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
        do {
            try await carry(mark, through: exchange, into: visit, recorder)
        } catch {
            recorder.fail("\(error)")
        }
        ledger.withLock { $0.abandon(mark.id) }
        await exchange.leave()
        await visit.leave()
        return setting.run(recorder, startedAt: startedAt)
    }

    func liveSamples(at now: Timestamp) -> [Sample] {
        let (age, counts) = ledger.withLock { ledger in
            ledger.expire(at: now)
            return (ledger.oldestAge(at: now), ledger.counts)
        }
        let labels = setting.seriesLabels
        let oldest = Sample(
            labels: labels.merging([LabelSet.metricNameLabel: "probe_message_outstanding_seconds"]), timestamp: now, value: age.seconds)
        return [oldest]
            + ProbeLedger.Outcome.allCases.map { outcome in
                Sample(
                    labels: labels.merging([LabelSet.metricNameLabel: "probe_messages_total", "outcome": outcome.rawValue]),
                    timestamp: now, value: Double(counts[outcome] ?? 0))
            }
    }

    // MARK: - Private

    private func carry(
        _ mark: ProbeMark, through exchange: MailExchange, into visit: MailboxVisit, _ recorder: RunRecorder
    ) async throws {
        let (account, recipient) = (task.account, task.recipient)
        let password = try account.password.read()
        recorder.secret = password
        let access = exchangeRoute.access
        let message = ProbeMessage(mark: mark, sender: access.from, recipient: recipient, host: access.hello)
        try await exchange.open()
        let reply = try await exchange.handOver(message.bytes(signedWith: key), to: recipient)
        ledger.withLock { $0.accept(mark.id, at: setting.world.now()) }
        recorder.passage = PassageDraft(
            probe: mark.id, acceptedBy: exchange.place, reply, mailbox: mailboxRoute.access.server.description)
        try await exchange.part()
        let acceptance = Acceptance(place: exchange.place, reply: reply)
        let context = StepContext(wire: "delivery", phase: "arrival", place: acceptance.place, awaited: "the message")
        var hasTidied = false
        let uid = try await recorder.step(context) {
            try await visit.open()
            try await visit.login(account.username, password)
            try await select(with: visit)
            return try await awaitArrival(of: mark, at: visit, recorder, acceptance, hasTidied: &hasTidied)
        }
        try await read(uid, mark, with: visit, recorder)
        try await visit.step("delete", "the end of the deletion") {
            var end = try await visit.delete([uid])
            if !hasTidied { end = try await tidy(visit) }
            return Stamped((), at: end)
        }
        try await visit.logout()
    }

    private func select(with visit: MailboxVisit) async throws {
        if visit.capabilities == nil { try await visit.askCapabilities() }
        _ = try await visit.perform(.select(mailbox: mailboxRoute.access.folder), in: "select")
    }

    /// Looks until the message is there. Another visit's leftovers are tidied up meanwhile, once.
    private func awaitArrival(
        of mark: ProbeMark, at visit: MailboxVisit, _ recorder: RunRecorder, _ acceptance: Acceptance, hasTidied: inout Bool
    ) async throws -> Stamped<UID> {
        while true {
            let answer = try await visit.answer(
                to: .uidSearch([.undeleted, .header(ProbeMark.headerName, mark.id)]), in: "search")
            if let uid = answer.value.found.first {
                ledger.withLock { $0.see(mark.id, at: setting.world.now()) }
                return Stamped(uid, at: answer.at)
            }
            if !hasTidied {
                hasTidied = true
                _ = try await tidy(visit)
            }
            guard recorder.deadline - .now() > .milliseconds(Self.pollInterval.wholeMilliseconds) else {
                throw StepFailure(acceptance.notSeen(within: recorder.timeout))
            }
            try await setting.world.clock.sleep(for: Self.pollInterval)
            // Some servers show new messages to a search only behind a command that may report them.
            _ = try await visit.answer(to: .noop, in: "search")
        }
    }

    /// Reads the whole message, as a user would, and makes sure that it is ours before anything is deleted.
    private func read(_ uid: UID, _ mark: ProbeMark, with visit: MailboxVisit, _ recorder: RunRecorder) async throws {
        try await visit.step("fetch", "the message") {
            let answer = try await visit.answer(to: .uidFetch([uid], [.uid, .message]), in: "fetch")
            let message = answer.value.fetched.first { $0.uid == uid }?.sections[""] ?? []
            let header = Self.header(of: message)
            recorder.passage?.fetch(header: header)
            guard ProbeMark(header: header, verifiedWith: key) == mark else {
                throw StepFailure(
                    "the message that carries the probe's number came back without its signed header \(ProbeMark.headerName); it was left alone"
                )
            }
            return Stamped((), at: answer.at)
        }
    }

    /// Books and removes messages of this journey that no run waits for. Returns when the last answer came.
    private func tidy(_ visit: MailboxVisit) async throws -> NIODeadline {
        let found = try await visit.answer(
            to: .uidSearch([.undeleted, .header(ProbeMark.headerName, "\(name);")]), in: "delete")
        let uids = Array(found.value.found.prefix(Self.collectionLimit))
        guard !uids.isEmpty else { return found.at }
        let headers = try await visit.answer(to: .uidFetch(uids, [.uid, .headerFields([ProbeMark.headerName])]), in: "delete")
        let now = setting.world.now()
        let collected = headers.value.fetched.compactMap { fetch -> UID? in
            guard let uid = fetch.uid, let header = fetch.sections.values.first,
                let mark = ProbeMark(header: header, verifiedWith: key), mark.journey == name
            else { return nil }
            return ledger.withLock { $0.judge(mark, at: now) } == .collect ? uid : nil
        }
        return collected.isEmpty ? headers.at : try await visit.delete(collected)
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
        "accepted by \(place) (\(reply.queueID.map { "queued as \($0)" } ?? reply.description)) but not seen in the mailbox within \(timeout.prometheusText)"
    }
}
