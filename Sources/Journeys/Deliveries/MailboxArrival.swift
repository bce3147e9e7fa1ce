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

    /// How long a message may wait until its mailbox is open, and the share of the run's time that this may be.
    private static let openingLimit = Duration.seconds(1)
    private static let openingShare = 4

    /// How far the mailbox is.
    private enum Readiness {
        case closed
        case open
        /// It does not open, and why.
        case failed(any Error)
    }

    private let setting: JourneySetting
    private let route: MailboxRoute
    private let account: MailAccount
    private let trace: ProbeTrace
    private let recorder: RunRecorder
    private let books: Books
    private var visit: MailboxVisit
    private var readiness = Readiness.closed
    private var password = Secret("")
    private var arrived: (uids: [UID], at: Timestamp)?
    private var hasSwept = false

    init(
        in setting: JourneySetting, route: MailboxRoute, account: MailAccount, trace: ProbeTrace, recorder: RunRecorder, books: Books
    ) {
        self.setting = setting
        self.route = route
        self.account = account
        self.trace = trace
        self.recorder = recorder
        self.books = books
        visit = MailboxVisit(route: route, setting: setting, recorder: recorder)
    }

    /// Opens the mailbox and has the server tell of what comes, so that a fast delivery is not seen later than it was there.
    ///
    /// A mailbox that does not open holds up no message: whoever sends mail does not ask for that either, and mail that is stuck must be
    /// seen to be. If it takes too long the visit begins anew once the message is accepted.
    func prepare(for mark: ProbeMark) async throws {
        password = try account.password.read()
        recorder.veil.hide(password, of: account.username)
        let attempt = recorder.attempt(within: min(Self.openingLimit, recorder.timeout / Self.openingShare))
        visit.join(attempt)
        do {
            try await open()
            readiness = .open
        } catch {
            if NIODeadline.now() < attempt.deadline { readiness = .failed(error) }
        }
        var isForgiven = false
        if case .closed = readiness { isForgiven = true }
        recorder.adopt(attempt, isForgiven: isForgiven)
        visit.join(recorder)
    }

    func finishPreparation() async throws {
        switch readiness {
        case .open: return
        case .failed(let error): throw error
        case .closed:
            await visit.leave()
            visit = MailboxVisit(route: route, setting: setting, recorder: recorder)
            try await open()
        }
    }

    func awaitArrival(of mark: ProbeMark, _ acceptance: Acceptance) async throws -> Stamped<Void> {
        // What goes wrong in the mailbox is told as its own, not as that of whoever accepted the message.
        var arrival: Stamped<Void>?
        try await visit.step("arrival", "an answer from the mailbox") {
            let seen = try await look(for: mark, acceptance)
            arrival = seen
            return seen
        }
        return arrival ?? Stamped((), at: .now())
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

    private var folder: String { route.access.folder }

    private func open() async throws {
        try await visit.open()
        try await visit.login(account.username, password)
        if visit.capabilities == nil { try await visit.askCapabilities() }
        _ = try await visit.perform(.select(mailbox: folder), in: "select")
        guard try await visit.canIdle() else { return }
        try await visit.step("listen", "the answer to IDLE") {
            _ = try await visit.beginIdle()
            return Stamped((), at: .now())
        }
    }

    /// Looks until the message is there, each time that the server tells of something new: it arrived when the server told so. What earlier
    /// runs left is booked and removed meanwhile, once.
    private func look(for mark: ProbeMark, _ acceptance: Acceptance) async throws -> Stamped<Void> {
        // What is left of the time is for the last look and the farewell.
        let limit = recorder.deadline - MailboxVisit.pollInterval
        var lookAside = NIODeadline.now() + Self.asideInterval
        var toldAt = try await visit.endIdle(tellingNewsSince: acceptance.handedOverAt)
        while true {
            let found = try await visit.look(for: trace.search(for: mark), in: "arrival")
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
            toldAt = try await visit.awaitNews(until: min(limit, lookAside), in: "arrival")
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
