import MailClient
import MailWire
import PostwatchModel

/// The way to a server up to its greeting, as steps of a run: resolve, connect, and encryption where it comes first.
struct ServerApproach {
    let server: Endpoint
    /// The one of its addresses to go to; any when `nil`.
    let address: String?
    let tls: TLSClient?
    /// The protocol that the steps belong to: `pop3`.
    let wire: String
    let setting: JourneySetting
    var recorder: RunRecorder
    /// Tells one session of a run from another: `second session`.
    var role: String?

    /// As sentences name it.
    var place: String { server.place(at: address) + (role.map { " (\($0))" } ?? "") }

    /// From the name to a connection.
    func connect<Parser: ReplyParsing>(as parser: Parser.Type) async throws -> Conversation<Parser> {
        let addresses = try await step("resolve", "the address of \(server.host)") {
            try await setting.resolver.addresses(of: address ?? server.host, port: server.port, before: recorder.deadline)
        }
        let targets = addresses.map { ServerTarget(endpoint: server, address: $0) }
        let dialler = Dialler(group: setting.group, source: nil, wallClock: setting.wallClock)
        return try await step("connect", "the connection") {
            let opened = try await dialler.connect(to: targets, as: parser, before: recorder.deadline, timeout: recorder.timeout)
            return Stamped(opened.value.conversation, at: opened.at)
        }
    }

    /// The step `tls`.
    func secure(_ conversation: Conversation<some ReplyParsing>) async throws {
        try await recorder.secure(conversation, with: tls, host: server.host, wire: wire, place: place)
    }

    /// Encryption that is asked for in the clear: `refusal` when the server does not offer it and `mode` insists on it.
    /// - Returns: Whether the server offers it.
    func insist(on command: String, isOffered: Bool, mode: TLSMode) async throws -> Bool {
        guard !isOffered, mode == .starttls else { return isOffered }
        return try await step("starttls", command) { () -> Stamped<Bool> in
            throw StepFailure("\(place): the server does not offer \(command) during starttls, which tls: starttls needs")
        }
    }

    func step<Value: Sendable>(_ phase: String, _ awaited: String, _ body: () async throws -> Stamped<Value>) async throws -> Value {
        try await recorder.step(StepContext(wire: wire, phase: phase, place: place, awaited: awaited), body)
    }
}
