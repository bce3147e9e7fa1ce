import MailWire
import NIOCore

/// Goes to a server for nothing but its certificate.
public struct CertificateProbe: Sendable {
    /// Told each phase that is over, and when it was: `connect`, `greeting`, `ehlo` and `starttls` where the protocol has them, `tls`.
    public typealias Observer = (_ phase: String, _ end: NIODeadline) -> Void

    /// Lines that a ManageSieve server may say before OK.
    private static let lineLimit = 100
    private static let hello = "postwatch.invalid"

    private let client: TLSClient
    private let group: any EventLoopGroup
    private let wallClock: @Sendable () -> Int64

    /// - Parameters:
    ///   - client: An observing one.
    ///   - wallClock: Gives seconds since 1970.
    public init(client: TLSClient, group: any EventLoopGroup, wallClock: @escaping @Sendable () -> Int64) {
        self.client = client
        self.group = group
        self.wallClock = wallClock
    }

    /// What the first of the addresses shows that takes a connection, whatever it is worth.
    /// - Parameters:
    ///   - host: How the server is asked for, in SNI.
    ///   - passed: Told each phase that is over.
    public func chain(
        at addresses: [SocketAddress], host: String, speaking mailProtocol: MailProtocol, before deadline: NIODeadline,
        passed: Observer = { _, _ in }
    ) async throws(EncryptionFailure) -> ShownChain {
        switch mailProtocol {
        case .smtp:
            try await chain(at: addresses, host, deadline, SMTPReplyParser.self, farewell: "QUIT\r\n", passed) {
                try await startSMTP(SMTPSession($0), deadline, passed)
            }
        case .imap:
            try await chain(at: addresses, host, deadline, IMAPResponseParser.self, farewell: "z LOGOUT\r\n", passed) {
                try await startIMAP(IMAPSession($0), deadline, passed)
            }
        case .pop3:
            try await chain(at: addresses, host, deadline, LineReplyParser.self, farewell: "QUIT\r\n", passed) {
                try await startPOP3($0, deadline, passed)
            }
        case .sieve:
            try await chain(at: addresses, host, deadline, LineReplyParser.self, farewell: "LOGOUT\r\n", passed) {
                try await startSieve($0, deadline, passed)
            }
        case .tls:
            try await chain(at: addresses, host, deadline, LineReplyParser.self, farewell: "", passed) { _ in }
        }
    }

    // MARK: - Private

    private func chain<Parser: ReplyParsing>(
        at addresses: [SocketAddress], _ host: String, _ deadline: NIODeadline, _ parser: Parser.Type, farewell: String,
        _ passed: Observer, start: (Conversation<Parser>) async throws -> Void
    ) async throws(EncryptionFailure) -> ShownChain {
        let conversation: Conversation<Parser> = try await connect(addresses, deadline)
        defer { conversation.close() }
        passed("connect", .now())
        do {
            try await start(conversation)
            if !farewell.isEmpty { passed("starttls", .now()) }
        } catch {
            let failure = error as? EncryptionFailure ?? .connection(ConnectionFailure(of: error), phase: "starttls")
            // A server that speaks but does not encrypt is told goodbye in the clear.
            if failure.leavesConversation { conversation.send(Array(farewell.utf8)) }
            throw failure
        }
        passed("tls", try await Self.during("tls") { try await conversation.secure(with: client, host: host, before: deadline) })
        guard let chain = await conversation.shownChain() else { throw .noCertificate }
        // A word to say goodbye keeps the server's log free of complaints about lost connections.
        if !farewell.isEmpty { conversation.send(Array(farewell.utf8)) }
        return chain
    }

    private func connect<Parser: ReplyParsing>(
        _ addresses: [SocketAddress], _ deadline: NIODeadline
    ) async throws(EncryptionFailure) -> Conversation<Parser> {
        var last = ConnectionFailure.unreachable(reason: "the server has no address")
        for (index, address) in addresses.enumerated() {
            let share = (deadline - .now()).nanoseconds / Int64(addresses.count - index)
            do throws(ConnectionFailure) {
                return try await Conversation<Parser>.connect(
                    .init(to: address), group: group, before: .now() + .nanoseconds(share), wallClock: wallClock
                ).value
            } catch {
                last = error
            }
        }
        throw .connection(last, phase: "connect")
    }

    private func startSMTP(_ session: SMTPSession, _ deadline: NIODeadline, _ passed: Observer) async throws {
        let greeting = try await Self.during("greeting") { try await session.greeting(before: deadline).value }
        guard greeting.code == 220 else { throw EncryptionFailure.unwelcome(greeting: Self.short("\(greeting)")) }
        passed("greeting", .now())
        let offer = try await Self.during("ehlo") { try await session.perform(.ehlo(Self.hello), before: deadline).value }
        guard offer.code == 250 else { throw EncryptionFailure.declined(command: "EHLO", reply: Self.short("\(offer)"), phase: "ehlo") }
        passed("ehlo", .now())
        guard SMTPCapabilities(offer).offers("STARTTLS") else { throw EncryptionFailure.notOffered(command: "STARTTLS") }
        let reply = try await session.perform(.startTLS, before: deadline).value
        guard reply.code == 220 else { throw Self.declined("STARTTLS", "\(reply)") }
    }

    private func startIMAP(_ session: IMAPSession, _ deadline: NIODeadline, _ passed: Observer) async throws {
        let greeting = try await Self.during("greeting") { try await session.greeting(before: deadline).value }
        guard greeting.kind == .ok else { throw EncryptionFailure.unwelcome(greeting: Self.short("\(greeting)")) }
        passed("greeting", .now())
        let status = try await session.perform(.startTLS, before: deadline).value.status
        guard status.kind == .ok else { throw Self.declined("STARTTLS", "\(status)") }
    }

    private func startPOP3(_ conversation: Conversation<LineReplyParser>, _ deadline: NIODeadline, _ passed: Observer) async throws {
        let greeting = try await Self.during("greeting") { try await conversation.next(before: deadline).value }
        guard greeting.hasPrefix("+OK") else { throw EncryptionFailure.unwelcome(greeting: Self.short(greeting)) }
        passed("greeting", .now())
        conversation.send(Array("STLS\r\n".utf8))
        let reply = try await conversation.next(before: deadline).value
        guard reply.hasPrefix("+OK") else { throw Self.declined("STLS", reply) }
    }

    private func startSieve(_ conversation: Conversation<LineReplyParser>, _ deadline: NIODeadline, _ passed: Observer) async throws {
        let capabilities = try await Self.during("greeting") {
            try await sieveAnswer(conversation, deadline) { .unwelcome(greeting: Self.short($0)) }
        }
        passed("greeting", .now())
        guard capabilities.contains(where: { $0.uppercased().hasPrefix("\"STARTTLS\"") }) else {
            throw EncryptionFailure.notOffered(command: "STARTTLS")
        }
        conversation.send(Array("STARTTLS\r\n".utf8))
        _ = try await sieveAnswer(conversation, deadline) { Self.declined("STARTTLS", $0) }
    }

    /// The lines before OK.
    private func sieveAnswer(
        _ conversation: Conversation<LineReplyParser>, _ deadline: NIODeadline, refusal: (String) -> EncryptionFailure
    ) async throws -> [String] {
        var lines: [String] = []
        while lines.count < Self.lineLimit {
            let line = try await conversation.next(before: deadline).value
            switch line.prefix(while: { $0.isLetter }).uppercased() {
            case "OK": return lines
            case "NO", "BYE": throw refusal(line)
            default: lines.append(line)
            }
        }
        throw ConnectionFailure.protocolFault(.replyTooLarge(limit: Self.lineLimit))
    }

    private static func during<Value>(
        _ phase: String, _ body: () async throws -> Value
    ) async throws(EncryptionFailure) -> Value {
        do {
            return try await body()
        } catch {
            throw error as? EncryptionFailure ?? .connection(ConnectionFailure(of: error), phase: phase)
        }
    }

    private static func declined(_ command: String, _ reply: String) -> EncryptionFailure {
        .declined(command: command, reply: short(reply), phase: "starttls")
    }

    private static func short(_ line: String) -> String { WireText.printable(line.utf8) }
}
