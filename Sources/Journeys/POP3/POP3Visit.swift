import MailClient
import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// One run's time at a POP3 server, step by step. Belongs to one task.
final class POP3Visit {
    private let access: POP3Access
    private let approach: ServerApproach
    private var session: POP3Session?
    private var isGreeted = false
    /// Capability in capitals → its words; `nil` before the server was asked, or when it has no CAPA.
    private var capabilities: [String: [String]]?

    init(access: POP3Access, tls: TLSClient?, setting: JourneySetting, recorder: RunRecorder) {
        self.access = access
        approach = ServerApproach(
            server: access.server, address: access.address, tls: tls, wire: "pop3", setting: setting, recorder: recorder)
    }

    // MARK: Coming and going

    /// From the name to a connection that is encrypted as far as it shall be, with what the server can do.
    func open() async throws {
        let session = POP3Session(try await approach.connect(as: POP3LineParser.self))
        self.session = session
        if access.tls == .implicit { try await approach.secure(session.conversation) }
        try await approach.step("greeting", "the greeting") {
            let greeting = try await session.greeting(before: deadline)
            guard greeting.value.status == .ok else {
                throw StepFailure("\(place): greeted with \(greeting.value) during greeting, expected +OK")
            }
            return Stamped((), at: greeting.at)
        }
        isGreeted = true
        try await askCapabilities()
        guard access.tls == .starttls || access.tls == .opportunistic,
            try await approach.insist(on: "STLS", isOffered: offers("STLS"), mode: access.tls)
        else { return }
        _ = try await perform(.startTLS, in: "starttls")
        try await approach.secure(session.conversation)
        // What was offered in the clear may have been forged. Source: RFC 2595, section 4.
        try await askCapabilities()
    }

    /// Whether the server says that it can do something. One that does not tell is taken at its best.
    func offers(_ capability: String) -> Bool { capabilities.map { $0[capability] != nil } ?? (capability == "TOP") }

    func login(_ username: String, _ password: Secret) async throws {
        try await approach.step("auth", "the answer to the login") {
            var reply: Stamped<POP3Reply>
            switch access.authentication {
            case .login:
                reply = try await connected().perform(.user(username), before: deadline)
                guard reply.value.status == .ok else { throw refusal(of: username, reply.value) }
                reply = try await connected().perform(.password(password.reveal()), before: deadline)
            case .plain: reply = try await authenticate(.plain(username: username, password: password.reveal()))
            case .xoauth2: reply = try await authenticate(.xoauth2(username: username, token: password.reveal()))
            }
            guard reply.value.status == .ok else { throw refusal(of: username, reply.value) }
            return Stamped((), at: reply.at)
        }
    }

    func quit() async throws {
        try await approach.step("quit", "the answer to QUIT") {
            let session = try connected()
            self.session = nil
            defer { session.conversation.close() }
            return try await Farewell.answer { () async throws(ConnectionFailure) in
                try await session.perform(.quit, before: deadline).at
            }
        }
    }

    /// Says goodbye where a run was broken off. A server that has not greeted is not spoken to.
    func leave() async {
        guard let session else { return }
        self.session = nil
        guard isGreeted else { return session.conversation.close() }
        await session.leave(before: .now() + Farewell.limit)
    }

    // MARK: Looking

    /// Sends a command in a step of its own and insists on +OK.
    func perform(_ command: POP3Command, in phase: String) async throws -> POP3Reply {
        try await approach.step(phase, "the answer to \(command.verb)") {
            let reply = try await connected().perform(command, before: deadline)
            guard reply.value.status == .ok else {
                throw StepFailure("\(place): \(command.verb) was answered with \(reply.value) during \(phase), expected +OK")
            }
            return reply
        }
    }

    // MARK: - Private

    private var place: String { access.place }
    private var deadline: NIODeadline { approach.recorder.deadline }

    private func connected() throws -> POP3Session {
        guard let session else { throw ConnectionFailure.closed(isMidReply: false) }
        return session
    }

    private func authenticate(_ credentials: SASLCredentials) async throws -> Stamped<POP3Reply> {
        try await connected().perform(.authenticate(credentials), before: deadline)
    }

    /// Servers without CAPA exist, and say -ERR.
    private func askCapabilities() async throws {
        let reply = try await approach.step("capability", "the answer to CAPA") {
            try await connected().perform(.capabilities, before: deadline)
        }
        guard reply.status == .ok else { return capabilities = nil }
        capabilities = Dictionary(reply.words.compactMap { words in words.first.map { ($0.uppercased(), Array(words.dropFirst())) } }) {
            $1
        }
    }

    private func refusal(of username: String, _ reply: POP3Reply) -> StepFailure {
        StepFailure("\(place): login refused for the account \(username): \(reply)")
    }
}
