import MailClient
import MailWire
import NIOCore
import PostwatchModel

/// The part of an IMAP journey that writes: messages of its own into folders, a flag on one of them, and all of it away again.
/// Belongs to one task.
final class IMAPWriting {
    /// Who is signed in where.
    struct Session {
        let visit: MailboxVisit
        let account: MailAccount
        let password: Secret
        let sentFolder: String
    }

    /// Of the time that is left when news is awaited, the part that stays for clearing up.
    private static let reservedShare: Int64 = 4
    private static let reservedLimit = TimeAmount.seconds(2)
    /// Orphans that one run removes.
    static let collectionLimit = 100

    let setting: JourneySetting
    let orphans: OrphanWatch
    let visit: MailboxVisit
    let sentFolder: String
    private let route: MailboxRoute
    private let steps: Set<IMAPStep>
    private let session: Session
    /// What must go again.
    var filed: [FiledProbe] = []

    init(setting: JourneySetting, route: MailboxRoute, steps: Set<IMAPStep>, orphans: OrphanWatch, _ session: Session) {
        self.setting = setting
        self.orphans = orphans
        self.route = route
        self.steps = steps
        self.session = session
        visit = session.visit
        sentFolder = session.sentFolder
    }

    func run() async throws {
        let second = MailboxVisit(route: route, setting: setting, recorder: visit.recorder, role: "second session")
        do {
            _ = try await visit.knownCapabilities()
            if steps.contains(.append) { try await append() }
            if steps.contains(.idle) || steps.contains(.flag) { try await tell(second) }
            try await visit.step("delete", "the end of the deletion") { [self] in
                _ = try await clearUp()
                await second.leave()
                return Stamped((), at: .now())
            }
        } catch {
            // What cannot be cleared up now, a later run will find.
            orphans.suspect()
            await second.leave()
            if !filed.isEmpty { _ = try? await clearUp() }
            throw error
        }
    }

    var folders: [String] {
        (steps.contains(.append) ? [sentFolder] : []) + (steps.contains(.idle) || steps.contains(.flag) ? [folder] : [])
    }

    var folder: String { route.access.folder }

    // MARK: - Private

    private func append() async throws {
        let mark = makeMark()
        let answer = try await visit.step("append", "the answer to APPEND") { [self] in
            try await put(mark, into: sentFolder, by: visit, in: "append")
        }
        filed.append(FiledProbe(mark, in: sentFolder, answer.status.code))
    }

    /// Has a second session file a message, and each of the two tell of what the other did.
    private func tell(_ second: MailboxVisit) async throws {
        try await visit.step("second", "the second session") { [self] in
            if steps.contains(.idle), try await !visit.canIdle() {
                throw StepFailure("\(visit.place): the server does not offer IDLE, which the step idle needs; leave idle out of steps")
            }
            try await second.open()
            try await second.login(session.account.username, session.password)
            var end = try await second.answer(to: .select(mailbox: folder), in: "select").at
            if steps.contains(.idle) { end = try await beginIdle(visit) }
            return Stamped((), at: end)
        }
        let mark = makeMark()
        var position: (uid: UID, number: Int)?
        try await second.step("store", "the answer to APPEND") { [self] in
            let answer = try await put(mark, into: folder, by: second, in: "store")
            let probe = FiledProbe(mark, in: folder, answer.value.status.code)
            filed.append(probe)
            // Which number it has is found out in the time of what follows.
            position = try await locate(probe, by: second)
            return Stamped((), at: answer.at)
        }
        guard let position else { return }
        if steps.contains(.idle) { try await awaitPush(of: position.number) }
        if steps.contains(.flag) { try await flag(position, seenBy: second) }
    }

    private func put(
        _ mark: ProbeMark, into folder: String, by visit: MailboxVisit, in phase: String
    ) async throws -> Stamped<IMAPSession.Answer> {
        let username = session.account.username
        let address = username.contains("@") ? username : "\(username)@\(route.access.server.host)"
        let host = String(address.split(separator: "@").last ?? "localhost")
        let message = ProbeMessage(mark: mark, sender: address, recipient: address, host: host).bytes(signedWith: setting.signingKey)
        _ = try await visit.knownCapabilities()
        return try await visit.answer(to: .append(mailbox: folder, flags: ["\\Seen"], message: message), in: phase, folder: folder)
    }

    private func makeMark() -> ProbeMark {
        let prefix = StableHash(setting.vantage.utf8).hexadecimal.prefix(8)
        let random = String(UInt64.random(in: .min ... .max), radix: 16)
        return ProbeMark(journey: setting.configuration.name, id: "\(prefix)-\(random)", sentAt: setting.world.now())
    }

    /// The message's UID, and its number among the folder's messages.
    private func locate(_ probe: FiledProbe, by visit: MailboxVisit) async throws -> (uid: UID, number: Int) {
        _ = try await visit.answer(to: .noop, in: "store")
        var uid = probe.uid
        if uid == nil { uid = try await visit.look(for: .header(ProbeMark.headerName, probe.mark.id), in: "store").value.first }
        if let uid {
            let found = try await visit.answer(to: .uidFetch([uid], [.uid]), in: "store").value.fetched.last { $0.uid == uid }
            if let found { return (uid, found.sequenceNumber) }
        }
        throw StepFailure("\(visit.place): the message that APPEND put into \(folder) is not found there during store")
    }

    private func beginIdle(_ visit: MailboxVisit) async throws -> NIODeadline {
        guard try await visit.beginIdle() else {
            throw StepFailure("\(visit.place): the server offers IDLE and refuses it; leave idle out of steps, or mend the server")
        }
        return .now()
    }

    private func awaitPush(of number: Int) async throws {
        try await visit.step("idle", "word of the new message") { [self] in
            let patience = patience
            while let push = try await visit.nextPush(until: patience) {
                if case .exists(let count) = push.value, count >= number { return Stamped((), at: push.at) }
            }
            throw notTold(visit, "a new message", during: "idle")
        }
    }

    private func flag(_ position: (uid: UID, number: Int), seenBy second: MailboxVisit) async throws {
        var number = position.number
        var isIdling = false
        try await visit.step("second", "both sessions in their places") { [self] in
            try await visit.endIdle()
            // The session that flags the message must know that it is there.
            let end = try await visit.answer(to: .noop, in: "second").at
            if try await second.canIdle() { isIdling = try await second.beginIdle() }
            return Stamped((), at: max(end, isIdling ? .now() : end))
        }
        try await visit.step("flag", "word of the flag") { [self] in
            _ = try await visit.answer(to: .uidAddFlags([position.uid], ["\\Flagged"]), in: "flag")
            let patience = patience
            repeat {
                for push in try await pushes(to: second, isIdling: isIdling, until: patience) {
                    if case .expunge(let gone) = push.value, gone < number { number -= 1 }
                    guard case .fetch(let fetch) = push.value, fetch.uid == position.uid || fetch.sequenceNumber == number,
                        fetch.flags?.contains("\\Flagged") == true
                    else { continue }
                    return Stamped((), at: push.at)
                }
            } while .now() < patience
            throw notTold(second, "a flag", during: "flag")
        }
    }

    /// What a session is told next: unasked where it is in IDLE, otherwise by NOOP.
    private func pushes(to visit: MailboxVisit, isIdling: Bool, until patience: NIODeadline) async throws -> [Stamped<IMAPResponse>] {
        if isIdling { return try await visit.nextPush(until: patience).map { [$0] } ?? [] }
        let answer = try await visit.answer(to: .noop, in: "flag")
        let told = answer.value.responses.map { Stamped($0, at: answer.at) }
        if told.isEmpty { try await setting.world.clock.sleep(for: .nanoseconds(MailboxVisit.pollInterval.nanoseconds)) }
        return told
    }

    private var patience: NIODeadline {
        let left = max((visit.deadline - .now()).nanoseconds, 0)
        return visit.deadline - .nanoseconds(min(left / Self.reservedShare, Self.reservedLimit.nanoseconds))
    }

    private func notTold(_ visit: MailboxVisit, _ what: String, during phase: String) -> StepFailure {
        StepFailure(
            "\(visit.place): timed out during \(phase): the server took \(what) in \(folder) and did not tell this session of it in time")
    }
}
