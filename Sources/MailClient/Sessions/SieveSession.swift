import MailWire
import NIOCore

/// A client's side of ManageSieve on one connection. Commands go one after the other.
public struct SieveSession: Sendable {
    /// Lines of one answer.
    private static let lineLimit = 10_000

    public let conversation: Conversation<SieveLineParser>

    public init(_ conversation: Conversation<SieveLineParser>) {
        self.conversation = conversation
    }

    /// The server's capabilities: unasked at the beginning and behind encryption. Source: RFC 5804, sections 1.6 and 2.2.
    public func greeting(before deadline: NIODeadline) async throws(ConnectionFailure) -> Stamped<SieveReply> {
        try await reply(before: deadline)
    }

    /// Sends a command and waits for its answer. A BYE that LOGOUT did not ask for is `dismissed`.
    public func perform(_ command: SieveCommand, before deadline: NIODeadline) async throws(ConnectionFailure) -> Stamped<SieveReply> {
        do throws(WireFault) {
            conversation.send(try command.encoded())
        } catch {
            throw .protocolFault(error)
        }
        var isAuthentication = false
        if case .authenticate = command { isAuthentication = true }
        let reply = try await reply(isAuthentication: isAuthentication, before: deadline)
        guard reply.value.status != .bye || command == .logout else { throw .dismissed("\(reply.value)") }
        return reply
    }

    /// Says goodbye without caring for the answer longer than until `deadline`, and hangs up.
    public func leave(before deadline: NIODeadline) async {
        _ = try? await perform(.logout, before: deadline)
        conversation.close()
    }

    // MARK: - Private

    private func reply(isAuthentication: Bool = false, before deadline: NIODeadline) async throws(ConnectionFailure) -> Stamped<SieveReply>
    {
        var data: [SieveData] = []
        while true {
            let line = try await conversation.next(before: deadline)
            switch line.value {
            case .end(let end):
                return Stamped(SieveReply(status: end.status, code: end.code, text: end.text, data: data), at: line.at)
            case .data(let more):
                guard data.count < Self.lineLimit else { throw .protocolFault(.replyTooLarge(limit: Self.lineLimit)) }
                data.append(more)
                // A server tells by a challenge why it refuses a token, and waits for an answer before it says so. Source: XOAUTH2.
                if isAuthentication { conversation.send(Array("\"\"\r\n".utf8)) }
            }
        }
    }
}
