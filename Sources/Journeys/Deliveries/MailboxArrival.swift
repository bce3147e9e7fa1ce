import MailClient
import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// Arrival in a mailbox: what a user sees.
final class MailboxArrival: ArrivalVisit {
    /// Time between two looks into the mailbox, and so the error of the arrival's duration.
    private static let pollInterval = Duration.milliseconds(250)
    /// Messages that one visit looks at for orphans and latecomers.
    private static let collectionLimit = 100

    private let visit: MailboxVisit
    private let folder: String
    private let account: MailAccount
    private let trace: ProbeTrace
    private let recorder: RunRecorder
    private let books: ProbeBooks
    private let clock: any Clock<Swift.Duration>
    private var password: Secret?
    private var uid: UID?
    private var hasTidied = false

    init(
        visit: MailboxVisit, folder: String, account: MailAccount, trace: ProbeTrace, recorder: RunRecorder, books: ProbeBooks,
        clock: any Clock<Swift.Duration>
    ) {
        self.visit = visit
        self.folder = folder
        self.account = account
        self.trace = trace
        self.recorder = recorder
        self.books = books
        self.clock = clock
    }

    func prepare(for mark: ProbeMark) throws {
        let password = try account.password.read()
        recorder.secret = password
        self.password = password
    }

    func awaitArrival(of mark: ProbeMark, _ acceptance: Acceptance) async throws -> Stamped<Void> {
        guard let password else { preconditionFailure("a visit begins with prepare") }
        try await visit.open()
        try await visit.login(account.username, password)
        try await select(with: visit)
        let arrived = try await awaitArrival(of: mark, at: visit, acceptance)
        uid = arrived.value
        return Stamped((), at: arrived.at)
    }

    func collect(_ mark: ProbeMark) async throws -> MessageHeader {
        guard let uid else { preconditionFailure("only what has arrived is collected") }
        let header = try await read(uid, mark, with: visit)
        try await visit.step("delete", "the end of the deletion") {
            var end = try await visit.delete([uid])
            if !hasTidied { end = try await tidy(visit) }
            return Stamped((), at: end)
        }
        try await visit.logout()
        return header
    }

    func leave() async { await visit.leave() }

    // MARK: - Private

    private func select(with visit: MailboxVisit) async throws {
        if visit.capabilities == nil { try await visit.askCapabilities() }
        _ = try await visit.perform(.select(mailbox: folder), in: "select")
    }

    /// Looks until the message is there. Another visit's leftovers are tidied up meanwhile, once.
    private func awaitArrival(of mark: ProbeMark, at visit: MailboxVisit, _ acceptance: Acceptance) async throws -> Stamped<UID> {
        while true {
            let answer = try await visit.answer(to: .uidSearch([.undeleted, trace.search(for: mark)]), in: "search")
            if let uid = answer.value.found.first {
                books.see(mark.id)
                return Stamped(uid, at: answer.at)
            }
            if !hasTidied {
                hasTidied = true
                _ = try await tidy(visit)
            }
            guard recorder.deadline - .now() > .milliseconds(Self.pollInterval.wholeMilliseconds) else {
                throw StepFailure(acceptance.notSeen("in the mailbox", within: recorder.timeout))
            }
            try await clock.sleep(for: Self.pollInterval)
            // Some servers show new messages to a search only behind a command that may report them.
            _ = try await visit.answer(to: .noop, in: "search")
        }
    }

    /// Reads the whole message, as a user would, and makes sure that it is ours before anything is deleted.
    private func read(_ uid: UID, _ mark: ProbeMark, with visit: MailboxVisit) async throws -> MessageHeader {
        try await visit.step("fetch", "the message") {
            let answer = try await visit.answer(to: .uidFetch([uid], [.uid, .message]), in: "fetch")
            let message = answer.value.fetched.first { $0.uid == uid }?.sections[""] ?? []
            let header = MessageHeader(message)
            guard trace.mark(in: header, of: books.journey, verifiedWith: books.key) == mark else {
                throw StepFailure(
                    "the message that carries the probe's number came back without \(trace.proof); it was left alone")
            }
            guard !header.isDeliveryReport else {
                let subject = WireText.printable((header.values(of: "Subject").first ?? "").utf8)
                throw StepFailure("the message came back as undeliverable instead of being answered:\(subject)")
            }
            return Stamped(header, at: answer.at)
        }
    }

    /// Books and removes messages of this journey that no run waits for. Returns when the last answer came.
    private func tidy(_ visit: MailboxVisit) async throws -> NIODeadline {
        let search = trace.search(forAllOf: books.journey, idPrefix: books.idPrefix)
        let found = try await visit.answer(to: .uidSearch([.undeleted, search]), in: "delete")
        let uids = Array(found.value.found.prefix(Self.collectionLimit))
        guard !uids.isEmpty else { return found.at }
        let headers = try await visit.answer(to: .uidFetch(uids, [.uid, .headerFields(trace.fields)]), in: "delete")
        let collected = headers.value.fetched.compactMap { fetch -> UID? in
            guard let uid = fetch.uid, let header = fetch.sections.values.first,
                let mark = trace.mark(in: MessageHeader(header), of: books.journey, verifiedWith: books.key)
            else { return nil }
            return books.judge(mark) == .collect ? uid : nil
        }
        return collected.isEmpty ? headers.at : try await visit.delete(collected)
    }
}
