import MailClient
import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// One run's time at an IMAP server, step by step. Belongs to one task.
final class MailboxVisit {
    let route: MailboxRoute
    let setting: JourneySetting
    private(set) var recorder: RunRecorder
    /// As sentences name it: `imap.example.test:993`.
    let place: String
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
        self.recorder = recorder
        self.place = route.access.place + (role.map { " (\($0))" } ?? "")
    }

    /// When the run must be over.
    var deadline: NIODeadline { recorder.deadline }

    /// What comes is a part of this record.
    func join(_ recorder: RunRecorder) { self.recorder = recorder }

    // MARK: Coming and going

    /// From the name to a connection that is encrypted as far as it shall be.
    func open() async throws {
        try await connect()
        let mode = route.access.tls
        if mode == .implicit { try await secure() }
        let greeting = try await step("greeting", "the greeting") { [self] in
            let greeting = try await connected().greeting(before: deadline)
            guard greeting.value.kind == .ok || greeting.value.kind == .preauthenticated else {
                throw StepFailure("\(place): greeted with \(greeting.value) during greeting, expected OK")
            }
            return greeting
        }
        isGreeted = true
        if case .capability(let names) = greeting.code { capabilities = Set(names) }
        if mode == .starttls || mode == .opportunistic { try await startTLS(isRequired: mode == .starttls) }
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
            do throws(ConnectionFailure) {
                let answer = try await session.perform(.logout, before: deadline)
                session.conversation.close()
                self.session = nil
                return Stamped((), at: answer.at)
            } catch {
                // A server that hangs up on LOGOUT without another word has done what was asked.
                guard case .closed(isMidReply: false) = error else { throw error }
                self.session = nil
                return Stamped((), at: .now())
            }
        }
    }

    /// Says goodbye where a run was broken off. A server that has not greeted is not spoken to.
    func leave() async {
        guard let session else { return }
        self.session = nil
        guard isGreeted else { return session.conversation.close() }
        let farewell = NIODeadline.now() + RunRecorder.farewellLimit
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
        try await recorder.step(StepContext(wire: "imap", phase: phase, place: place, awaited: awaited), body)
    }

    func connected() throws -> IMAPSession {
        guard let session else { throw ConnectionFailure.closed(isMidReply: false) }
        return session
    }

    // MARK: - Private

    private func connect() async throws {
        let server = route.access.server
        let addresses = try await step("resolve", "the address of \(server.host)") { [self] in
            try await setting.resolver.addresses(of: route.access.address ?? server.host, port: server.port, before: deadline)
        }
        let targets = addresses.map { ServerTarget(endpoint: server, address: $0) }
        let dialler = Dialler(group: setting.group, source: nil, wallClock: setting.wallClock)
        let opened = try await step("connect", "the connection") { [self] in
            try await dialler.connect(to: targets, as: IMAPResponseParser.self, before: deadline, timeout: recorder.timeout)
        }
        session = IMAPSession(opened.conversation)
    }

    private func startTLS(isRequired: Bool) async throws {
        if capabilities == nil { try await askCapabilities() }
        guard capabilities?.contains("STARTTLS") == true else {
            guard isRequired else { return }
            try await step("starttls", "STARTTLS") { [self] () -> Stamped<Void> in
                throw StepFailure("\(place): the server does not offer STARTTLS during starttls, which tls: starttls needs")
            }
            return
        }
        _ = try await perform(.startTLS, in: "starttls")
        try await secure()
        // What was offered in the clear may have been forged. Source: RFC 3501, section 6.2.1.
        capabilities = nil
    }

    private func secure() async throws {
        try await recorder.secure(
            try connected().conversation, with: route.tls, host: route.access.server.host, wire: "imap", place: place)
    }
}

extension JourneySetting {
    /// Seconds since 1970.
    var wallClock: @Sendable () -> Int64 {
        { [world] in world.now().milliseconds / 1000 }
    }
}

extension RunRecorder {
    /// How long a broken run may wait for the answer to its goodbye. Part of the second that a run may exceed its timeout by.
    static let farewellLimit = TimeAmount.milliseconds(400)
}
