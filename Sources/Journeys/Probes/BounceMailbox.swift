import MailClient
import NIOCore
import PostwatchModel
import PostwatchRuntime
import Synchronization

/// The mailbox of a sender, to which servers send back what they cannot deliver. Journeys that have the same one share it: one of their runs
/// signs in for all of them, and not oftener than every few seconds.
final class BounceMailbox: Sendable {
    /// How long one visit may take.
    private static let timeout = Duration.seconds(5)
    /// Between the beginnings of two visits.
    static let interval = Duration.seconds(10)
    /// After so long without a visit one is made that nobody needs: that nobody can sign in should be known before.
    private static let idleInterval = Duration.seconds(3600)
    /// And so soon when the last visit failed: an alert waits for whether that lasts.
    private static let repeatInterval = Duration.seconds(60)

    private struct Party {
        weak var book: ProbeBook?
    }

    private struct State {
        var parties: [String: Party] = [:]
        var lastLook: Timestamp?
        var isLooking = false
        var failure: String?

        /// A clock that was set back must not put a look off.
        func isDue(after interval: Duration, at now: Timestamp) -> Bool {
            lastLook.map { now - $0 >= interval || now < $0 } ?? true
        }
    }

    private let route: MailboxRoute
    private let account: MailAccount
    /// Of whichever journey came first.
    private let setting: JourneySetting
    private let state = Mutex(State())

    /// Throws `TLSClient.UnusableRoots`.
    init(_ access: IMAPAccess, account: MailAccount, setting: JourneySetting) throws {
        route = try MailboxRoute(access)
        self.account = account
        self.setting = setting
    }

    /// The journey's messages are reported here; for as long as the book lives.
    func join(_ journey: String, _ book: ProbeBook) {
        state.withLock { $0.parties[journey] = Party(book: book) }
    }

    /// Nobody has looked here for long, or in vain.
    var isNeglected: Bool { isDue(after: state.withLock { $0.failure == nil } ? Self.idleInterval : Self.repeatInterval) }

    /// Reads what servers report, and books it for each journey that shares the mailbox. Does nothing where another run does so now, or has
    /// done so just before. A mailbox that cannot be read is told of, once: until it can be, no message ends as bounced.
    func look(before deadline: NIODeadline) async {
        let remaining = Duration.nanoseconds((deadline - .now()).nanoseconds)
        guard remaining > .milliseconds(500), begin() else { return }
        let recorder = RunRecorder(timeout: min(Self.timeout, remaining - .milliseconds(400)))
        let visit = MailboxVisit(route: route, setting: setting, recorder: recorder)
        do {
            try await read(by: visit)
        } catch {
            recorder.fail("\(error)")
        }
        end(recorder.failure)
        await visit.leave()
    }

    /// `probe_bounce_mailbox_up`: 1 when the last visit could read the mailbox; none before the first.
    func samples(_ labels: LabelSet, at now: Timestamp) -> [Sample] {
        let (lastLook, failure) = state.withLock { ($0.lastLook, $0.failure) }
        guard lastLook != nil else { return [] }
        return [
            Sample(
                labels: labels.merging([LabelSet.metricNameLabel: "probe_bounce_mailbox_up"]), timestamp: now, value: failure == nil ? 1 : 0
            )
        ]
    }

    // MARK: - Private

    private func read(by visit: MailboxVisit) async throws {
        let password = try account.password.read()
        try await visit.open()
        try await visit.login(account.username, password)
        if visit.capabilities == nil { try await visit.askCapabilities() }
        _ = try await visit.perform(.select(mailbox: route.access.folder), in: "select")
        try await visit.step("bounces", "the reports") { [self] in
            try await ReportReader(books: books(), key: setting.signingKey, world: setting.world).read(at: visit)
            return Stamped((), at: .now())
        }
    }

    private func books() -> [String: ProbeBook] {
        state.withLock { state in
            state.parties = state.parties.filter { $0.value.book != nil }
            return state.parties.compactMapValues(\.book)
        }
    }

    private func isDue(after interval: Duration) -> Bool {
        let now = setting.world.now()
        return state.withLock { $0.isDue(after: interval, at: now) }
    }

    private func begin() -> Bool {
        let now = setting.world.now()
        return state.withLock { state in
            guard !state.isLooking, state.isDue(after: Self.interval, at: now) else { return false }
            state.isLooking = true
            state.lastLook = now
            return true
        }
    }

    private func end(_ failure: String?) {
        let before = state.withLock { state in
            defer {
                state.isLooking = false
                // A visit that our own end cut short says nothing.
                if !Task.isCancelled { state.failure = failure }
            }
            return state.failure
        }
        guard !Task.isCancelled, (before == nil) != (failure == nil) else { return }
        setting.probes.tell(failure.map { .bouncesUnread(reason: $0) } ?? .bouncesRead(mailbox: "\(route.access.server)"))
    }
}
