import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime

extension NegativeAttempt {
    /// Time between two looks into the mailbox.
    private static let pollInterval = Duration.milliseconds(250)
    /// How long a message is waited for that should not have been accepted.
    private static let removalWait = TimeAmount.seconds(5)

    func makeMark() -> ProbeMark {
        let random = String(UInt64.random(in: .min ... .max), radix: 16)
        return ProbeMark(
            journey: setting.configuration.name, id: ProbeMark.idPrefix(of: setting.vantage) + random, sentAt: setting.world.now())
    }

    /// Hands over what filters know, and looks what becomes of it.
    func tryContent(_ content: ProbeMessage.Content, expected: NegativeTask.Catch?) async throws {
        guard let outside = task.outside, let expected else { return }
        let mark = makeMark()
        let access = outside.exchange
        let message = ProbeMessage(
            mark: mark, sender: access.from, recipient: outside.recipient, host: access.hello, content: content)
        let exchange = try await exchange(by: routes.outside)
        for command in [SMTPCommand.mail(from: access.from), .recipient(outside.recipient)] {
            let reply = try await exchange.reply(to: command, in: check.rawValue)
            guard reply.isPositive else { throw obstacle(command.verb, reply, expected: "250") }
        }
        let reply = try await exchange.submit(message.bytes(signedWith: setting.signingKey))
        await exchange.leave()
        switch expected {
        case .rejected:
            guard !reply.isPositive else {
                if routes.mailbox != nil { await remove(mark) }
                throw fault("accepted the test message", "the filter did not see it, or does not reject what it must")
            }
            guard reply.isPermanentFailure else { throw obstacle("the test message", reply, expected: "a refusal for good (5xx)") }
        case .junk, .quarantined:
            guard reply.isPositive else { throw obstacle("the test message", reply, expected: "250") }
            try await seek(mark, isJunk: expected == .junk)
        }
    }

    /// Removes a message that should not have been accepted, if it comes soon. Nothing of it is a failure of its own.
    func remove(_ mark: ProbeMark) async {
        guard let visit = try? await signIn() else { return }
        let end = min(recorder.deadline, .now() + Self.removalWait)
        repeat {
            for folder in [task.mailbox?.folder ?? "INBOX", task.junkFolder] {
                if let isThere = try? await take(mark, from: folder, visit), isThere { return }
            }
            try? await setting.world.clock.sleep(for: Self.pollInterval)
        } while NIODeadline.now() < end && !Task.isCancelled
    }

    // MARK: - Private

    private func seek(_ mark: ProbeMark, isJunk: Bool) async throws {
        let visit = try await signIn()
        let inbox = task.mailbox?.folder ?? "INBOX"
        let wait = TimeAmount.milliseconds(task.quarantineWait.wholeMilliseconds)
        let lastLook = recorder.deadline - .milliseconds(Self.pollInterval.wholeMilliseconds)
        let end = isJunk ? lastLook : .now() + wait
        guard end <= lastLook else {
            throw fault(
                "took so long to accept the test message that there was no time to see whether it stays away from \(inbox) for "
                    + task.quarantineWait.prometheusText, "allow a longer timeout")
        }
        while true {
            if try await take(mark, from: inbox, visit) {
                throw fault("delivered the test message to \(inbox)", "the filter did not see it, or does not mark what it must")
            }
            if isJunk, try await take(mark, from: task.junkFolder, visit) { return }
            guard NIODeadline.now() < end else { break }
            try await setting.world.clock.sleep(for: Self.pollInterval)
        }
        guard !isJunk else {
            throw fault("accepted the test message, which came neither to \(task.junkFolder) nor to \(inbox)", "it may still be queued")
        }
    }

    private func signIn() async throws -> MailboxVisit {
        guard let account = task.mailbox?.account else { preconditionFailure("\(check) looks into a mailbox only where there is one") }
        let password = try account.password.read()
        let visit = try await mailbox(by: routes.mailbox)
        try await visit.login(account.username, password)
        if visit.capabilities == nil { try await visit.askCapabilities() }
        return visit
    }

    /// Whether the message is in a folder; then it is removed, together with forgotten ones of earlier runs. Others are left alone.
    private func take(_ mark: ProbeMark, from folder: String, _ visit: MailboxVisit) async throws -> Bool {
        let phase = check.rawValue
        _ = try await visit.answer(to: .select(mailbox: folder), in: phase)
        let search = ProbeTrace.signedHeader.search(forAllOf: mark.journey, idPrefix: "")
        let uids = try await visit.answer(to: .uidSearch([.undeleted, search]), in: phase).value.found
        guard !uids.isEmpty else { return false }
        let items: [IMAPFetchItem] = [.uid, .headerFields([ProbeMark.headerName])]
        let found = try await visit.answer(to: .uidFetch(Array(uids.suffix(100)), items), in: phase).value.fetched
        let now = setting.world.now()
        var ours: [UID] = []
        var isThere = false
        for fetch in found {
            guard let uid = fetch.uid, let header = fetch.sections.values.first,
                let other = ProbeTrace.signedHeader.mark(
                    in: MessageHeader(header), of: mark.journey, verifiedWith: setting.signingKey)
            else { continue }
            isThere = isThere || other == mark
            if other == mark || other.isLeftOver(at: now, timeout: setting.configuration.timeout) { ours.append(uid) }
        }
        _ = try await visit.delete(ours)
        return isThere
    }
}
