import MailClient
import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// Arrival in a mailbox: what a user sees.
final class MailboxArrival: ArrivalVisit {
    /// What all runs of the journey share.
    struct Books {
        let book: ProbeBook
        let sweep: ProbeSweep
        let bounces: BounceMailbox?
    }

    /// Time between two looks for a message that does not come where it might be instead.
    private static let asideInterval = TimeAmount.seconds(5)
    /// Copies of a message that are read when there is more than one.
    private static let copyLimit = 5

    private let visit: MailboxVisit
    private let folder: String
    private let account: MailAccount
    private let trace: ProbeTrace
    private let recorder: RunRecorder
    private let books: Books
    private var password: Secret?
    private var arrived: (uids: [UID], at: Timestamp)?
    private var hasSwept = false

    init(visit: MailboxVisit, folder: String, account: MailAccount, trace: ProbeTrace, recorder: RunRecorder, books: Books) {
        self.visit = visit
        self.folder = folder
        self.account = account
        self.trace = trace
        self.recorder = recorder
        self.books = books
    }

    func prepare(for mark: ProbeMark) throws {
        let password = try account.password.read()
        recorder.veil.hide(password, of: account.username)
        self.password = password
    }

    func awaitArrival(of mark: ProbeMark, _ acceptance: Acceptance) async throws -> Stamped<Void> {
        guard let password else { preconditionFailure("a visit begins with prepare") }
        try await visit.open()
        try await visit.login(account.username, password)
        if visit.capabilities == nil { try await visit.askCapabilities() }
        _ = try await visit.perform(.select(mailbox: folder), in: "select")
        return try await look(for: mark, acceptance)
    }

    func collect(_ mark: ProbeMark) async throws -> MessageHeader {
        guard let arrived else { preconditionFailure("only what has arrived is collected") }
        let (uids, header) = try await read(arrived.uids, mark, at: arrived.at)
        try await persist()
        try await visit.step("delete", "the end of the deletion") { Stamped((), at: try await visit.delete(uids)) }
        if !hasSwept { try await tidy() }
        try await visit.logout()
        return header
    }

    func leave() async { await visit.leave() }

    // MARK: - Private

    /// Looks until the message is there, each time that the server tells of something new: it arrived when the server told so. What earlier
    /// runs left is booked and removed meanwhile, once.
    private func look(for mark: ProbeMark, _ acceptance: Acceptance) async throws -> Stamped<Void> {
        // What is left of the time is for the last look and the farewell.
        let limit = recorder.deadline - MailboxVisit.pollInterval
        var lookAside = NIODeadline.now() + Self.asideInterval
        var toldAt: NIODeadline?
        while true {
            let found = try await visit.look(for: trace.search(for: mark))
            if !found.value.isEmpty {
                arrived = (Array(found.value.prefix(Self.copyLimit)), visit.setting.world.now())
                return Stamped((), at: toldAt ?? found.at)
            }
            var strayed: ProbeSighting?
            if !hasSwept {
                hasSwept = true
                strayed = try await books.sweep.everywhere(visit, awaiting: mark).value
            } else if .now() >= lookAside {
                strayed = try await books.sweep.aside(visit, awaiting: mark)
                await books.bounces?.look(before: recorder.deadline)
                lookAside = .now() + Self.asideInterval
            }
            if let strayed { throw StepFailure(acceptance.strayed(into: strayed.folder, instead: folder)) }
            if let record = books.book.record(of: mark.id), case .settled(let outcome) = record.stage {
                throw StepFailure(acceptance.ended(as: outcome, record.reason))
            }
            guard .now() < limit else { throw StepFailure(acceptance.notSeen("in the mailbox", within: recorder.timeout)) }
            toldAt = try await visit.awaitNews(until: min(limit, lookAside))
        }
    }

    /// Reads the whole message, as a user would, and makes sure that it is ours before it is booked and deleted.
    private func read(_ uids: [UID], _ mark: ProbeMark, at moment: Timestamp) async throws -> (uids: [UID], header: MessageHeader) {
        try await visit.step("fetch", "the message") {
            let answer = try await visit.answer(to: .uidFetch(uids, [.uid, .message]), in: "fetch")
            let ours = answer.value.fetched.compactMap { fetch -> (uid: UID, header: MessageHeader)? in
                guard let uid = fetch.uid else { return nil }
                let header = MessageHeader(fetch.sections[""] ?? [])
                return trace.mark(in: header, of: mark.journey, verifiedWith: visit.setting.signingKey) == mark ? (uid, header) : nil
            }
            guard let first = ours.first else {
                throw StepFailure("the message that carries the probe's number came back without \(trace.proof); it was left alone")
            }
            guard !first.header.isDeliveryReport else {
                books.book.settle(mark.id, as: .bounced, because: nil, at: moment)
                let subject = WireText.printable((first.header.values(of: "Subject").first ?? "").utf8)
                throw StepFailure("the message came back as undeliverable instead of being answered: \(subject)")
            }
            books.book.see(
                mark.id, Set(ours.map(\.uid)).map { ProbeSighting(place: .inbox, folder: folder, uid: $0.number, at: moment) })
            return Stamped((ours.map(\.uid), first.header), at: answer.at)
        }
    }

    /// A message that is gone from the mailbox before the books say what became of it would be lost to us: the books first.
    private func persist() async throws {
        try await recorder.step(StepContext(wire: "delivery", phase: "book", place: "the records", awaited: "the disk")) {
            await books.book.persist(before: recorder.deadline)
            return Stamped((), at: .now())
        }
    }

    /// Books and removes what earlier runs left, and hears what servers report on it.
    private func tidy() async throws {
        try await visit.step("sweep", "the end of the search for what earlier runs left") {
            let swept = try await books.sweep.everywhere(visit)
            guard let bounces = books.bounces, books.book.hasStragglers || bounces.isNeglected else { return Stamped((), at: swept.at) }
            await bounces.look(before: recorder.deadline)
            return Stamped((), at: .now())
        }
    }
}
