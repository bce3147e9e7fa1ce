import MailClient
import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// Sends a message to the account and sees into which folder the server files it.
struct SieveFiling: Sendable {
    /// Time between two looks into the folders.
    private static let pollInterval = Duration.milliseconds(250)
    /// Messages that one visit removes, its own among them.
    private static let collectionLimit = 100

    private let setting: JourneySetting
    private let access: SieveAccess
    private let recipient: String
    private let exchangeRoute: ExchangeRoute
    private let mailboxRoute: MailboxRoute

    init(_ delivery: SieveTask.Delivery, of access: SieveAccess, in setting: JourneySetting) throws {
        self.setting = setting
        self.access = access
        recipient = delivery.recipient
        exchangeRoute = try ExchangeRoute(delivery.exchange)
        mailboxRoute = try MailboxRoute(delivery.mailbox)
    }

    func run(_ recorder: RunRecorder, startedAt: Timestamp) async throws {
        let exchange = MailExchange(route: exchangeRoute, setting: setting, recorder: recorder)
        let visit = MailboxVisit(route: mailboxRoute, setting: setting, recorder: recorder)
        do {
            try await file(through: exchange, into: visit, recorder, startedAt: startedAt)
        } catch {
            await exchange.leave()
            await visit.leave()
            throw error
        }
        await exchange.leave()
        await visit.leave()
    }

    // MARK: - Private

    private func file(
        through exchange: MailExchange, into visit: MailboxVisit, _ recorder: RunRecorder, startedAt: Timestamp
    ) async throws {
        let account = mailboxRoute.access.account ?? access.account
        let password = try account.password.read()
        let mark = ProbeMark(
            journey: setting.configuration.name, id: "sieve-" + String(UInt64.random(in: .min ... .max), radix: 16), sentAt: startedAt)
        let smtp = exchangeRoute.access
        let message = ProbeMessage(mark: mark, sender: smtp.from, recipient: recipient, host: smtp.hello)
        try await visit.open()
        try await visit.login(account.username, password)
        if visit.capabilities == nil { try await visit.askCapabilities() }
        try await exchange.open()
        _ = try await exchange.handOver(message.bytes(signedWith: setting.signingKey), to: recipient)
        try await exchange.part()
        let context = StepContext(wire: "delivery", phase: "arrival", place: visit.place, awaited: "an answer from the mailbox")
        try await recorder.step(context) { Stamped((), at: try await awaitArrival(of: mark, at: visit, recorder)) }
        try await visit.step("delete", "the end of the deletion") { Stamped((), at: try await collect(mark, with: visit)) }
        try await visit.logout()
    }

    /// Looks until the message is in the folder of the rule. In the folder of the mailbox it was not filed, which is a failure.
    private func awaitArrival(of mark: ProbeMark, at visit: MailboxVisit, _ recorder: RunRecorder) async throws -> NIODeadline {
        let inbox = mailboxRoute.access.folder
        while true {
            // The rule makes the folder with the first message.
            let listed = try await visit.answer(to: .list(reference: "", pattern: access.folder), in: "arrival")
            if listed.value.listings.contains(where: { $0.name == access.folder }),
                let arrived = try await look(for: mark, in: access.folder, with: visit)
            {
                return arrived
            }
            if try await look(for: mark, in: inbox, with: visit) != nil {
                _ = try await collect(mark, with: visit)
                throw StepFailure(
                    "the message was delivered into \(inbox), not filed into \(access.folder): the server does not apply the script "
                        + "\"\(access.script)\" of \(access.account.username); is Sieve part of its delivery?")
            }
            guard recorder.deadline - .now() > .milliseconds(Self.pollInterval.wholeMilliseconds) else {
                throw StepFailure(
                    "accepted for \(recipient) but seen neither in \(access.folder) nor in \(inbox) within \(recorder.timeout.prometheusText)"
                )
            }
            try await setting.world.clock.sleep(for: Self.pollInterval)
        }
    }

    /// When the message was seen in a folder, which stays selected; `nil` when it is not there.
    private func look(for mark: ProbeMark, in folder: String, with visit: MailboxVisit) async throws -> NIODeadline? {
        _ = try await visit.answer(to: .select(mailbox: folder), in: "arrival")
        let found = try await visit.answer(to: .uidSearch([.undeleted, .header(ProbeMark.headerName, mark.id)]), in: "arrival")
        return found.value.found.isEmpty ? nil : found.at
    }

    /// Removes the run's message from the selected folder, and what earlier runs had to leave there.
    private func collect(_ mark: ProbeMark, with visit: MailboxVisit) async throws -> NIODeadline {
        let found = try await visit.answer(
            to: .uidSearch([.undeleted, .header(ProbeMark.headerName, "\(mark.journey);")]), in: "delete")
        let uids = Array(found.value.found.suffix(Self.collectionLimit))
        guard !uids.isEmpty else { return found.at }
        let headers = try await visit.answer(to: .uidFetch(uids, [.uid, .headerFields([ProbeMark.headerName])]), in: "delete")
        let now = setting.world.now()
        let collected = headers.value.fetched.compactMap { fetch -> UID? in
            guard let uid = fetch.uid, let header = fetch.sections.values.first,
                let other = ProbeMark(header: MessageHeader(header), verifiedWith: setting.signingKey), other.journey == mark.journey
            else { return nil }
            return other == mark || other.isLeftOver(at: now, timeout: setting.configuration.timeout) ? uid : nil
        }
        return collected.isEmpty ? headers.at : try await visit.delete(collected)
    }
}
