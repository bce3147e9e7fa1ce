import MailClient
import MailWire
import NIOCore
import PostwatchModel
import PostwatchRuntime

/// One run's time at an SMTP server, step by step. Belongs to one task.
final class MailExchange {
    /// Mail exchangers of a domain that are looked up; the rest are never reached in practice.
    private static let exchangerLimit = 5

    private let route: ExchangeRoute
    private let setting: JourneySetting
    private let recorder: RunRecorder
    private let deadline: NIODeadline
    private var session: SMTPSession?
    private var isGreeted = false
    private var host = ""
    /// As sentences name it: `smtp.example.test:587`, with the address in brackets where it is one of several.
    private(set) var place: String
    /// The server alone: `smtp.example.test:587`.
    private(set) var endpoint: String
    private(set) var capabilities: SMTPCapabilities?
    /// The message was handed over and no answer to it was read: whether the server has taken it is not known.
    private(set) var mayHaveAccepted = false
    /// When the message went off.
    private(set) var handedOverAt: NIODeadline?

    init(route: ExchangeRoute, setting: JourneySetting, recorder: RunRecorder) {
        self.route = route
        self.setting = setting
        self.recorder = recorder
        self.deadline = recorder.deadline
        let access = route.access
        place = access.place
        endpoint = access.server?.description ?? access.place
        recorder.veil.spare(place)
    }

    // MARK: Coming and going

    /// From the name to a server that knows us, encrypted as far as it shall be, and signed in to when there is an account.
    func open() async throws {
        // Read before anything is sent: without a password there is nothing that a server could be blamed for.
        let password = try route.access.account?.password.read()
        try await approach()
        guard let account = route.access.account, let password else { return }
        _ = try await authenticate(account.username, password, isExpectedToWork: true)
    }

    /// From the name to a server that knows us, encrypted as far as it shall be.
    func approach() async throws {
        try await connect()
        let mode = route.access.tls
        if mode == .implicit { try await secure() }
        _ = try await step("greeting", "the greeting") { [self] in
            try expect(220, "the greeting", in: "greeting", try await connected().greeting(before: deadline))
        }
        isGreeted = true
        try await hello()
        guard mode == .starttls || mode == .opportunistic else { return }
        guard capabilities?.offers("STARTTLS") == true else {
            guard mode == .starttls else { return }
            try await step("starttls", "STARTTLS") { [self] () -> Stamped<Void> in
                throw StepFailure("\(place): the server does not offer STARTTLS during starttls, which tls: starttls needs")
            }
            return
        }
        _ = try await perform(.startTLS, expecting: 220, in: "starttls")
        try await secure()
        // What was offered in the clear may have been forged. Source: RFC 3207, section 4.2.
        try await hello()
    }

    /// Hands a message over; the server's word of acceptance is the answer, as the server said it.
    func handOver(_ message: [UInt8], to recipient: String) async throws -> SMTPReply {
        _ = try await perform(.mail(from: route.access.from), expecting: 250, in: "mail")
        _ = try await perform(.recipient(recipient), expecting: 250, in: "rcpt")
        _ = try await perform(.data, expecting: 354, in: "data")
        return try await step("accept", "the word of acceptance") { [self] in
            let session = try connected()
            mayHaveAccepted = true
            handedOverAt = .now()
            let reply = try await session.deliver(message, before: deadline)
            mayHaveAccepted = false
            return try expect(250, "the message", in: "accept", reply)
        }
    }

    /// Signs in. Returns the server's last word; throws when it is a refusal and was expected not to be.
    func authenticate(_ username: String, _ secret: Secret, isExpectedToWork: Bool) async throws -> SMTPReply {
        try await step("auth", "the answer to AUTH") { [self] in
            recorder.veil.hide(secret, of: username)
            var exchange = try SMTPAuthentication(try mechanism(), username: username, secret: secret.reveal())
            var command = exchange.begin()
            while true {
                let reply = try heard("AUTH", in: "auth", try await connected().perform(command, before: deadline))
                switch exchange.take(reply.value) {
                case .send(let next): command = next
                case .accept: return reply
                case .refuse where isExpectedToWork:
                    throw StepFailure("\(place): login refused for the account \(username): \(Self.printable(reply.value))")
                case .refuse: return reply
                }
            }
        }
    }

    /// Sends a command and returns its answer whatever it is, unless the server ends the session with it.
    func reply(to command: SMTPCommand, in phase: String) async throws -> SMTPReply {
        try await step(phase, "the answer to \(command.verb)") { [self] in
            try heard(command.verb, in: phase, try await connected().perform(command, before: deadline))
        }
    }

    /// Hands over the message itself once its envelope is accepted. Returns the server's word on it whatever it is.
    func submit(_ message: [UInt8]) async throws -> SMTPReply {
        _ = try await perform(.data, expecting: 354, in: "data")
        return try await step("accept", "the word of acceptance") { [self] in
            try heard("the message", in: "accept", try await connected().deliver(message, before: deadline))
        }
    }

    func quit() async throws {
        try await step("quit", "the answer to QUIT") { [self] in
            let session = try connected()
            var reply: Stamped<SMTPReply>?
            let end = try await Farewell.answer { () async throws(ConnectionFailure) in
                let answer = try await session.perform(.quit, before: deadline)
                reply = answer
                return answer.at
            }
            self.session = nil
            session.conversation.close()
            if let reply { _ = try expect(221, "QUIT", in: "quit", reply) }
            return end
        }
    }

    /// Says goodbye once the message is accepted: whatever comes back changes nothing any more, so nothing of it is a failure.
    func part() async throws {
        try await step("quit", "the answer to QUIT") { [self] in
            if let session {
                self.session = nil
                await session.leave(before: min(deadline, .now() + .seconds(2)))
            }
            return Stamped((), at: .now())
        }
    }

    /// Says goodbye where a run was broken off. A server that has not greeted is not spoken to: its log would call that an offence.
    func leave() async {
        guard let session else { return }
        self.session = nil
        guard isGreeted else { return session.conversation.close() }
        await session.leave(before: .now() + Farewell.limit)
    }

    // MARK: - Private

    private func connected() throws -> SMTPSession {
        guard let session else { throw ConnectionFailure.closed(isMidReply: false) }
        return session
    }

    /// Which of the ways to sign in the server offers.
    private func mechanism() throws -> SMTPMechanism {
        let offered = capabilities?.parameters(of: "AUTH").map { $0.uppercased() } ?? []
        let wanted = route.access.mechanism.map { [$0] } ?? [.plain, .login]
        if let mechanism = wanted.first(where: { offered.contains($0.name) }) { return mechanism }
        guard !offered.isEmpty else {
            throw StepFailure(
                "\(place): the server offers no AUTH during auth; name a server that takes mail of users, with tls: starttls or implicit")
        }
        let list = WireText.printable(offered.joined(separator: ", ").utf8, limit: 100)
        let names = wanted.map(\.name).joined(separator: " nor ")
        throw StepFailure("\(place): the server offers AUTH by \(list) during auth, but not \(names); set auth to what it offers")
    }

    private func connect() async throws {
        let targets = try await step("resolve", "the address of \(place)") { [self] in try await resolve() }
        let dialler = Dialler(group: setting.group, source: route.source, wallClock: setting.wallClock)
        let opened = try await step("connect", "the connection") { [self] in
            try await dialler.connect(to: targets, as: SMTPReplyParser.self, before: deadline, timeout: recorder.timeout)
        }
        session = SMTPSession(opened.conversation)
        host = opened.endpoint.host
        endpoint = opened.endpoint.description
        place = opened.endpoint.place(at: route.access.address)
        recorder.veil.spare(endpoint)
    }

    private func resolve() async throws -> Stamped<[ServerTarget]> {
        if let server = route.access.server, let address = route.address {
            return Stamped([ServerTarget(endpoint: server, address: address)], at: .now())
        }
        if let server = route.access.server { return try await targets(of: server) }
        let domain = route.access.domain
        let exchangers = try await setting.resolver.mailExchangers(of: domain, before: deadline)
        var targets: [ServerTarget] = []
        var last: ResolveFailure?
        var end = exchangers.at
        for exchanger in exchangers.value.prefix(Self.exchangerLimit) {
            do {
                let found = try await self.targets(of: Endpoint(host: exchanger.host, port: SMTPAccess.exchangePort))
                targets += found.value
                end = found.at
            } catch let failure as ResolveFailure {
                last = failure
            }
        }
        if targets.isEmpty { throw last ?? ResolveFailure.noRecord(domain, kind: "MX") }
        return Stamped(targets, at: end)
    }

    private func targets(of endpoint: Endpoint) async throws -> Stamped<[ServerTarget]> {
        let addresses = try await setting.resolver.addresses(of: endpoint.host, port: endpoint.port, before: deadline)
        return Stamped(addresses.value.map { ServerTarget(endpoint: endpoint, address: $0) }, at: addresses.at)
    }

    private func hello() async throws {
        capabilities = SMTPCapabilities(try await perform(.ehlo(route.access.hello), expecting: 250, in: "ehlo"))
    }

    private func secure() async throws {
        try await recorder.secure(try connected().conversation, with: route.tls, host: host, wire: "smtp", place: place)
    }

    private func perform(_ command: SMTPCommand, expecting code: Int, in phase: String) async throws -> SMTPReply {
        try await step(phase, "the answer to \(command.verb)") { [self] in
            try expect(code, command.verb, in: phase, try await connected().perform(command, before: deadline))
        }
    }

    private func expect(_ code: Int, _ what: String, in phase: String, _ reply: Stamped<SMTPReply>) throws -> Stamped<SMTPReply> {
        guard try heard(what, in: phase, reply).value.code == code else {
            throw StepFailure("\(place): \(Self.said(what, reply.value)) during \(phase), expected \(code)")
        }
        return reply
    }

    /// A server may end the session with 421 instead of any answer. Source: RFC 5321, section 3.8.
    private func heard(_ what: String, in phase: String, _ reply: Stamped<SMTPReply>) throws -> Stamped<SMTPReply> {
        guard reply.value.code == 421 else { return reply }
        throw StepFailure("\(place): the server ended the session: \(Self.said(what, reply.value)) during \(phase)")
    }

    private static func said(_ what: String, _ reply: SMTPReply) -> String {
        what == "the greeting" ? "greeted with \(printable(reply))" : "\(what) was answered with \(printable(reply))"
    }

    static func printable(_ reply: SMTPReply) -> String { WireText.printable(reply.description.utf8, limit: 300) }

    private func step<Value: Sendable>(
        _ phase: String, _ awaited: String, _ body: () async throws -> Stamped<Value>
    ) async throws -> Value {
        try await recorder.step(StepContext(wire: "smtp", phase: phase, place: place, awaited: awaited), body)
    }
}

extension SMTPAccess {
    /// Where mail exchangers listen. Source: RFC 5321, section 4.5.4.2.
    static let exchangePort = 25
}
