import MailWire
import NIOCore

/// Goes to a server for nothing but its certificate.
public struct CertificateProbe: Sendable {
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
    ///   - passed: Told each phase that is over, and when it was: `connect`, `starttls` with all that is said before encryption, `tls`.
    public func chain(
        at addresses: [SocketAddress], host: String, speaking mailProtocol: MailProtocol, before deadline: NIODeadline,
        passed: (_ phase: String, _ end: NIODeadline) -> Void = { _, _ in }
    ) async throws(EncryptionFailure) -> ShownChain {
        switch mailProtocol {
        case .smtp:
            try await chain(at: addresses, host, deadline, SMTPReplyParser.self, farewell: "QUIT\r\n", passed) {
                try await startSMTP(SMTPSession($0), deadline)
            }
        case .imap:
            try await chain(at: addresses, host, deadline, IMAPResponseParser.self, farewell: "z LOGOUT\r\n", passed) {
                try await startIMAP(IMAPSession($0), deadline)
            }
        case .pop3:
            try await chain(at: addresses, host, deadline, LineReplyParser.self, farewell: "QUIT\r\n", passed) {
                try await startPOP3($0, deadline)
            }
        case .sieve:
            try await chain(at: addresses, host, deadline, LineReplyParser.self, farewell: "LOGOUT\r\n", passed) {
                try await startSieve($0, deadline)
            }
        case .tls:
            try await chain(at: addresses, host, deadline, LineReplyParser.self, farewell: "", passed) { _ in }
        }
    }

    // MARK: - Private

    private func chain<Parser: ReplyParsing>(
        at addresses: [SocketAddress], _ host: String, _ deadline: NIODeadline, _ parser: Parser.Type, farewell: String,
        _ passed: (_ phase: String, _ end: NIODeadline) -> Void, start: (Conversation<Parser>) async throws -> Void
    ) async throws(EncryptionFailure) -> ShownChain {
        let conversation: Conversation<Parser> = try await connect(addresses, deadline)
        defer { conversation.close() }
        passed("connect", .now())
        do {
            try await start(conversation)
            if !farewell.isEmpty { passed("starttls", .now()) }
        } catch {
            throw error as? EncryptionFailure ?? .connection(ConnectionFailure(of: error), phase: "starttls")
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

    private func startSMTP(_ session: SMTPSession, _ deadline: NIODeadline) async throws {
        let greeting = try await Self.during("greeting") { try await session.greeting(before: deadline).value }
        guard greeting.code == 220 else { throw EncryptionFailure.declined(command: "the connection", reply: "\(greeting)") }
        let offer = try await Self.during("ehlo") { try await session.perform(.ehlo(Self.hello), before: deadline).value }
        guard offer.code == 250 else { throw EncryptionFailure.declined(command: "EHLO", reply: "\(offer)") }
        guard SMTPCapabilities(offer).offers("STARTTLS") else { throw EncryptionFailure.notOffered(command: "STARTTLS") }
        let reply = try await session.perform(.startTLS, before: deadline).value
        guard reply.code == 220 else { throw EncryptionFailure.declined(command: "STARTTLS", reply: "\(reply)") }
    }

    private func startIMAP(_ session: IMAPSession, _ deadline: NIODeadline) async throws {
        let greeting = try await Self.during("greeting") { try await session.greeting(before: deadline).value }
        guard greeting.kind == .ok else { throw EncryptionFailure.declined(command: "the connection", reply: "\(greeting)") }
        let status = try await session.perform(.startTLS, before: deadline).value.status
        guard status.kind == .ok else { throw EncryptionFailure.declined(command: "STARTTLS", reply: "\(status)") }
    }

    private func startPOP3(_ conversation: Conversation<LineReplyParser>, _ deadline: NIODeadline) async throws {
        let greeting = try await Self.during("greeting") { try await conversation.next(before: deadline).value }
        guard greeting.hasPrefix("+OK") else { throw EncryptionFailure.declined(command: "the connection", reply: Self.short(greeting)) }
        conversation.send(Array("STLS\r\n".utf8))
        let reply = try await conversation.next(before: deadline).value
        guard reply.hasPrefix("+OK") else { throw EncryptionFailure.declined(command: "STLS", reply: Self.short(reply)) }
    }

    private func startSieve(_ conversation: Conversation<LineReplyParser>, _ deadline: NIODeadline) async throws {
        let capabilities = try await Self.during("greeting") { try await sieveAnswer("the connection", conversation, deadline) }
        guard capabilities.contains(where: { $0.uppercased().hasPrefix("\"STARTTLS\"") }) else {
            throw EncryptionFailure.notOffered(command: "STARTTLS")
        }
        conversation.send(Array("STARTTLS\r\n".utf8))
        _ = try await sieveAnswer("STARTTLS", conversation, deadline)
    }

    /// The lines before OK.
    private func sieveAnswer(
        _ command: String, _ conversation: Conversation<LineReplyParser>, _ deadline: NIODeadline
    ) async throws -> [String] {
        var lines: [String] = []
        while lines.count < Self.lineLimit {
            let line = try await conversation.next(before: deadline).value
            switch line.prefix(while: { $0.isLetter }).uppercased() {
            case "OK": return lines
            case "NO", "BYE": throw EncryptionFailure.declined(command: command, reply: Self.short(line))
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

    private static func short(_ line: String) -> String { WireText.printable(line.utf8) }
}
