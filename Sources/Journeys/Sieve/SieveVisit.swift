import MailClient
import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// One run's time at a ManageSieve server, step by step. Belongs to one task.
final class SieveVisit {
    private let access: SieveAccess
    private let approach: ServerApproach
    private var session: SieveSession?
    private var isGreeted = false
    private var capabilities: [String: String] = [:]

    init(access: SieveAccess, tls: TLSClient?, setting: JourneySetting, recorder: RunRecorder) {
        self.access = access
        approach = ServerApproach(
            server: access.server, address: access.address, tls: tls, wire: "sieve", setting: setting, recorder: recorder)
    }

    // MARK: Coming and going

    /// From the name to a connection that is encrypted as far as it shall be.
    func open() async throws {
        let session = SieveSession(try await approach.connect(as: SieveLineParser.self))
        self.session = session
        if access.tls == .implicit { try await approach.secure(session.conversation) }
        try await greet("greeting", "the greeting")
        isGreeted = true
        guard access.tls == .starttls || access.tls == .opportunistic,
            try await approach.insist(on: "STARTTLS", isOffered: capabilities["STARTTLS"] != nil, mode: access.tls)
        else { return }
        try await perform(.startTLS, in: "starttls")
        try await approach.secure(session.conversation)
        // The server tells anew what it can do: what was said in the clear may have been forged. Source: RFC 5804, section 2.2.
        try await greet("capability", "the capabilities")
    }

    func login(_ password: Secret) async throws {
        let username = access.account.username
        let credentials: SASLCredentials =
            switch access.authentication {
            case .plain: .plain(username: username, password: password.reveal())
            case .xoauth2: .xoauth2(username: username, token: password.reveal())
            }
        try await approach.step("auth", "the answer to AUTHENTICATE") {
            let offered = capabilities["SASL", default: ""].uppercased().split(separator: " ")
            guard offered.contains(Substring(credentials.mechanism)) else {
                throw StepFailure(
                    "\(place): the server does not offer \(credentials) on this connection during auth; it may want tls: starttls")
            }
            let reply = try await connected().perform(
                .authenticate(credentials), before: deadline)
            guard reply.value.status == .ok else {
                throw StepFailure("\(place): login refused for the account \(username): \(reply.value)")
            }
            return Stamped((), at: reply.at)
        }
    }

    func logout() async throws {
        try await approach.step("logout", "the answer to LOGOUT") {
            let session = try connected()
            self.session = nil
            defer { session.conversation.close() }
            return try await Farewell.answer { () async throws(ConnectionFailure) in
                try await session.perform(.logout, before: deadline).at
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

    // MARK: Scripts

    /// Whether the journey's script is in force. Another one in its place is a failure, as is somebody else's of its name.
    func isActive(_ script: SieveScript) async throws -> Bool {
        try await approach.step("list", "the answer to LISTSCRIPTS") {
            let reply = try await answer(to: .listScripts, in: "list")
            let active = reply.value.scripts.first { $0.isActive }?.name
            if let active, active != access.script {
                throw StepFailure(
                    "\(place): the account \(access.account.username) has the active script \"\(active)\", which is left as it is; "
                        + "use an account of the probe's own")
            }
            guard reply.value.scripts.contains(where: { $0.name == access.script }) else { return Stamped(active != nil, at: reply.at) }
            let stored = try await answer(to: .getScript(name: access.script), in: "list")
            guard stored.value.data.first?.strings.first?.hasPrefix(script.firstLine) == true else {
                throw StepFailure(
                    "\(place): the account \(access.account.username) has a script \"\(access.script)\" that this journey did not make; "
                        + "write the name of another one in script")
            }
            return Stamped(active != nil, at: stored.at)
        }
    }

    /// Stores the journey's script, and puts it in force.
    func put(_ content: [UInt8], isActive: Bool) async throws {
        try await perform(.putScript(name: access.script, content: content), in: "put")
        if !isActive { try await perform(.setActive(name: access.script), in: "activate") }
    }

    // MARK: - Private

    private var place: String { access.place }
    private var deadline: NIODeadline { approach.recorder.deadline }

    private func connected() throws -> SieveSession {
        guard let session else { throw ConnectionFailure.closed(isMidReply: false) }
        return session
    }

    private func greet(_ phase: String, _ awaited: String) async throws {
        capabilities = try await approach.step(phase, awaited) {
            let greeting = try await connected().greeting(before: deadline)
            guard greeting.value.status == .ok else {
                throw StepFailure("\(place): greeted with \(greeting.value) during \(phase), expected OK")
            }
            return Stamped(greeting.value.capabilities, at: greeting.at)
        }
    }

    /// Sends a command in a step of its own and insists on OK.
    private func perform(_ command: SieveCommand, in phase: String) async throws {
        _ = try await approach.step(phase, "the answer to \(command.verb)") { try await answer(to: command, in: phase) }
    }

    /// Sends a command inside a step that the caller times, and insists on OK.
    private func answer(to command: SieveCommand, in phase: String) async throws -> Stamped<SieveReply> {
        let reply = try await connected().perform(command, before: deadline)
        guard reply.value.status == .ok else {
            throw StepFailure("\(place): \(command.verb) was answered with \(reply.value) during \(phase), expected OK")
        }
        return reply
    }
}
