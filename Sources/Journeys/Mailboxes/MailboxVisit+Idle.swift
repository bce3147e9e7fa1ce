import MailClient
import MailWire
import NIOCore
import PostwatchModel

extension MailboxVisit {
    /// Time between two looks into the mailbox where the server offers no IDLE, and so the error of what is timed by them.
    static let pollInterval = TimeAmount.milliseconds(250)
    /// How long a server in IDLE is believed that nothing has come. Behind it is a second look: some tell late, or forget to.
    private static let trustInterval = TimeAmount.seconds(5)
    /// Looks one after another because the answer to each told of something new. More of them in a row are the server's habit.
    private static let hastyLookLimit = 3

    // MARK: Waiting for a message

    /// The messages that a search finds, which a visit that waits for them looks at again when there is news.
    func look(for key: IMAPSearchKey, in phase: String) async throws -> Stamped<[UID]> {
        newsAt = nil
        let answer = try await answer(to: .uidSearch([.undeleted, key]), in: phase)
        return Stamped(answer.value.found, at: answer.at)
    }

    /// Waits until the folder may hold something that the last look did not find. Returns when the server told so; `nil` when it has told
    /// nothing, and it is time to look all the same.
    func awaitNews(until limit: NIODeadline, in phase: String) async throws -> NIODeadline? {
        // Told in the answer to another command: the server will not say it again.
        if let newsAt, hastyLooks < Self.hastyLookLimit {
            hastyLooks += 1
            return newsAt
        }
        hastyLooks = 0
        guard try await canIdle(), try await beginIdle() else {
            try await setting.world.clock.sleep(for: .nanoseconds(Self.pollInterval.nanoseconds))
            // Some servers show new messages to a search only behind a command that may report them.
            _ = try await answer(to: .noop, in: phase)
            return nil
        }
        let patience = min(limit, .now() + Self.trustInterval)
        while newsAt == nil, try await nextPush(until: patience) != nil {}
        let told = newsAt
        try await endIdle()
        return told
    }

    /// Ends the IDLE in which this visit has been since before a message was handed over elsewhere. Returns when the server first told of
    /// something new behind that moment; `nil` when it has not.
    func endIdle(tellingNewsSince moment: NIODeadline) async throws -> NIODeadline? {
        guard idle != nil else { return nil }
        let now = NIODeadline.now()
        newsAt = nil
        // It has queued up, with the moments of its arrival.
        while let push = try await nextPush(until: now), push.at <= now {
            if push.at < moment { newsAt = nil }
        }
        try await endIdle()
        return newsAt
    }

    // MARK: IDLE

    /// Asks for the capabilities where they are not known.
    func canIdle() async throws -> Bool {
        try await knownCapabilities().contains("IDLE")
    }

    /// `false` when the server refuses, although it offers it; then it is not asked again.
    func beginIdle() async throws -> Bool {
        guard !isIdleRefused else { return false }
        let began = try await connected().idle(before: deadline)
        newsAt = nil
        note(began.value.news, at: began.at)
        switch began.value.start {
        case .idling(let started):
            idle = started
            return true
        case .refused:
            isIdleRefused = true
            return false
        }
    }

    /// What the server tells next; `nil` when it tells nothing until `patience` is over.
    func nextPush(until patience: NIODeadline) async throws -> Stamped<IMAPResponse>? {
        guard let push = try await idle?.next(until: patience) else { return nil }
        note([push.value], at: push.at)
        return push
    }

    func endIdle() async throws {
        guard let idle else { return }
        self.idle = nil
        let answer = try await idle.end(before: deadline)
        note(answer.value.responses, at: answer.at)
    }

    /// Keeps in mind when the server first told of a new message.
    func note(_ responses: [IMAPResponse], at moment: NIODeadline) {
        guard newsAt == nil else { return }
        for case .exists in responses { newsAt = moment }
    }
}
