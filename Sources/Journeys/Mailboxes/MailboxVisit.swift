import MailClient
import MailWire
import NIOCore
import PostwatchModel

/// One run's time at an IMAP server, step by step. Belongs to one task.
final class MailboxVisit {
    private let route: MailboxRoute
    private let setting: JourneySetting
    private let recorder: RunRecorder
    private let deadline: NIODeadline
    private var session: IMAPSession?
    private var isGreeted = false
    private var place: String
    private(set) var capabilities: Set<String>?

    init(route: MailboxRoute, setting: JourneySetting, recorder: RunRecorder) {
        self.route = route
        self.setting = setting
        self.recorder = recorder
        self.deadline = recorder.deadline
        self.place = route.access.server.description
    }

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

    func login(_ username: String, _ password: Secret) async throws {
        _ = try await step("auth", "the answer to LOGIN") { [self] in
            if capabilities?.contains("LOGINDISABLED") == true {
                throw StepFailure(
                    "\(place): the server takes no login on this connection (LOGINDISABLED) during auth; use tls: starttls or implicit")
            }
            let answer = try await connected().perform(.login(username: username, password: password.reveal()), before: deadline)
            guard answer.value.status.kind == .ok else {
                throw StepFailure("\(place): login refused for the account \(username): \(answer.value.status)")
            }
            // What could be done before the login need not hold behind it. Source: RFC 3501, section 6.2.3.
            capabilities = answer.value.capabilities
            return answer
        }
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
        await session.leave(before: .now() + RunRecorder.farewellLimit)
    }

    // MARK: Looking

    /// Sends a command in a step of its own and insists on OK.
    func perform(_ command: IMAPCommand, in phase: String) async throws -> IMAPSession.Answer {
        try await step(phase, "the answer to \(command.verb)") { [self] in try await answer(to: command, in: phase) }
    }

    /// Sends a command inside a step that the caller times, and insists on OK.
    func answer(to command: IMAPCommand, in phase: String) async throws -> Stamped<IMAPSession.Answer> {
        let answer = try await connected().perform(command, before: deadline)
        guard answer.value.status.kind == .ok else {
            throw StepFailure("\(place): \(command.verb) was answered with \(answer.value.status) during \(phase), expected OK")
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
        guard capabilities?.contains("UIDPLUS") == true else { return stored.at }
        return try await answer(to: .uidExpunge(uids), in: "delete").at
    }

    // MARK: Steps

    func step<Value: Sendable>(_ phase: String, _ awaited: String, _ body: () async throws -> Stamped<Value>) async throws -> Value {
        try await recorder.step(StepContext(wire: "imap", phase: phase, place: place, awaited: awaited), body)
    }

    // MARK: - Private

    private func connected() throws -> IMAPSession {
        guard let session else { throw ConnectionFailure.closed(isMidReply: false) }
        return session
    }

    private func connect() async throws {
        let server = route.access.server
        let addresses = try await step("resolve", "the address of \(server.host)") { [self] in
            try await setting.resolver.addresses(of: server.host, port: server.port, before: deadline)
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
