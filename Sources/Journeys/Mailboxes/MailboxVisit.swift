import MailClient
import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// One run's time at an IMAP server, step by step. Belongs to one task.
final class MailboxVisit {
    let route: MailboxRoute
    let setting: JourneySetting
    private var approach: ServerApproach
    private var session: IMAPSession?
    private var isGreeted = false
    /// Names in capitals; `nil` while nobody has told.
    var capabilities: Set<String>?
    /// The IDLE that the server is in.
    var idle: IMAPIdle?
    /// It offers IDLE and does not take it.
    var isIdleRefused = false
    /// When the server told of new messages, since this was last made `nil`.
    var newsAt: NIODeadline?
    var hastyLooks = 0

    /// `role` tells one visit of a run from another: `second session`.
    init(route: MailboxRoute, setting: JourneySetting, recorder: RunRecorder, role: String? = nil) {
        self.route = route
        self.setting = setting
        approach = ServerApproach(
            server: route.access.server, address: route.access.address, tls: route.tls, wire: "imap", setting: setting, recorder: recorder,
            role: role)
    }

    var recorder: RunRecorder { approach.recorder }

    /// As sentences name it: `imap.example.test:993`.
    var place: String { approach.place }

    /// When the run must be over.
    var deadline: NIODeadline { recorder.deadline }

    /// What comes is a part of this record.
    func join(_ recorder: RunRecorder) { approach.recorder = recorder }

    // MARK: Coming and going

    /// From the name to a connection that is encrypted as far as it shall be.
    func open() async throws {
        let session = IMAPSession(try await approach.connect(as: IMAPResponseParser.self))
        self.session = session
        let mode = route.access.tls
        if mode == .implicit { try await approach.secure(session.conversation) }
        let greeting = try await step("greeting", "the greeting") { [self] in
            let greeting = try await session.greeting(before: deadline)
            guard greeting.value.kind == .ok || greeting.value.kind == .preauthenticated else {
                throw StepFailure("\(place): greeted with \(greeting.value) during greeting, expected OK")
            }
            return greeting
        }
        isGreeted = true
        if case .capability(let names) = greeting.code { capabilities = Set(names) }
        guard mode == .starttls || mode == .opportunistic else { return }
        if capabilities == nil { try await askCapabilities() }
        guard try await approach.insist(on: "STARTTLS", isOffered: offers("STARTTLS"), mode: mode) else { return }
        _ = try await perform(.startTLS, in: "starttls")
        try await approach.secure(session.conversation)
        // What was offered in the clear may have been forged. Source: RFC 3501, section 6.2.1.
        capabilities = nil
    }

    /// Asks what the server can do.
    func askCapabilities() async throws {
        let answer = try await perform(.capability, in: "capability")
        capabilities = answer.capabilities ?? []
    }

    /// Asks what the server can do where it has not told, in the time of whatever needs to know.
    func knownCapabilities() async throws -> Set<String> {
        if let capabilities { return capabilities }
        let answer = try await answer(to: .capability, in: "capability")
        let told = answer.value.capabilities ?? []
        capabilities = told
        return told
    }

    /// Whether the server is known to offer it.
    func offers(_ capability: String) -> Bool { capabilities?.contains(capability) == true }

    var literals: IMAPLiteralForm { IMAPLiteralForm(capabilities ?? []) }

    /// The server's word on a user and a password, whatever it is; for a step that the caller times.
    func verdict(on username: String, _ password: Secret) async throws -> Stamped<IMAPStatus> {
        recorder.veil.hide(password, of: username)
        let answer = try await connected().perform(.login(username: username, password: password.reveal()), before: deadline)
        return Stamped(answer.value.status, at: answer.at)
    }

    func logout() async throws {
        try await step("logout", "the answer to LOGOUT") { [self] in
            let session = try connected()
            let end = try await Farewell.answer { () async throws(ConnectionFailure) in
                try await session.perform(.logout, before: deadline).at
            }
            session.conversation.close()
            self.session = nil
            return end
        }
    }

    /// Says goodbye where a run was broken off. A server that has not greeted is not spoken to.
    func leave() async {
        guard let session else { return }
        self.session = nil
        guard isGreeted else { return session.conversation.close() }
        let farewell = NIODeadline.now() + Farewell.limit
        if let idle { _ = try? await idle.end(before: farewell) }
        await session.leave(before: farewell)
    }

    // MARK: Looking

    /// Sends a command in a step of its own and insists on OK. `folder` is named in a failure where it is not the journey's own.
    func perform(_ command: IMAPCommand, in phase: String, folder: String? = nil) async throws -> IMAPSession.Answer {
        let name = command.verb + (folder.map { " of \($0)" } ?? "")
        return try await step(phase, "the answer to \(name)") { [self] in try await answer(to: command, in: phase, folder: folder) }
    }

    /// Sends a command inside a step that the caller times, and insists on OK.
    func answer(to command: IMAPCommand, in phase: String, folder: String? = nil) async throws -> Stamped<IMAPSession.Answer> {
        let answer = try await connected().perform(command, literals: literals, before: deadline)
        note(answer.value.responses, at: answer.at)
        guard answer.value.status.kind == .ok else {
            let name = command.verb + (folder.map { " of \($0)" } ?? "")
            throw StepFailure("\(place): \(name) was answered with \(answer.value.status) during \(phase), expected OK")
        }
        return answer
    }

    /// Opens a folder, which may not be there: `false` then, and none is open.
    func opens(_ folder: String) async throws -> Bool {
        try await connected().perform(.select(mailbox: folder), before: deadline).value.status.kind == .ok
    }

    /// Where sent messages lie when the server does not say.
    static let usualSentFolder = "Sent"

    /// The folder that the server marks as the one for sent messages. Source: RFC 6154, section 2.
    /// - Parameter listings: what is known of its folders; it is asked for more where they do not tell.
    func sentFolder(among listings: [IMAPListing]? = nil) async throws -> String {
        if let marked = Self.sentFolder(in: listings ?? []) { return marked }
        _ = try await knownCapabilities()
        if offers("SPECIAL-USE"), offers("LIST-EXTENDED") {
            return Self.sentFolder(in: try await perform(.listSpecialUse, in: "list").listings) ?? Self.usualSentFolder
        }
        guard listings == nil else { return Self.usualSentFolder }
        return Self.sentFolder(in: try await perform(.list(reference: "", pattern: "%"), in: "list").listings) ?? Self.usualSentFolder
    }

    private static func sentFolder(in listings: [IMAPListing]) -> String? {
        listings.first { $0.has("\\Sent") }?.name
    }

    /// Deletes messages that are known to be ours. Without UIDPLUS they are only flagged: a plain EXPUNGE would remove what
    /// other people have flagged.
    func delete(_ uids: [UID]) async throws -> NIODeadline {
        guard !uids.isEmpty else { return .now() }
        let stored = try await answer(to: .uidAddFlags(uids, ["\\Deleted"]), in: "delete")
        guard offers("UIDPLUS") else { return stored.at }
        return try await answer(to: .uidExpunge(uids), in: "delete").at
    }

    // MARK: Steps

    func step<Value: Sendable>(_ phase: String, _ awaited: String, _ body: () async throws -> Stamped<Value>) async throws -> Value {
        try await approach.step(phase, awaited, body)
    }

    func connected() throws -> IMAPSession {
        guard let session else { throw ConnectionFailure.closed(isMidReply: false) }
        return session
    }
}

extension JourneySetting {
    /// Seconds since 1970.
    var wallClock: @Sendable () -> Int64 {
        { [world] in world.now().milliseconds / 1000 }
    }
}
