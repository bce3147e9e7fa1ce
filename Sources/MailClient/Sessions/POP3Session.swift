import MailWire
import NIOCore

/// A client's side of POP3 on one connection. Commands go one after the other.
public struct POP3Session: Sendable {
    public let conversation: Conversation<POP3LineParser>

    public init(_ conversation: Conversation<POP3LineParser>) {
        self.conversation = conversation
    }

    /// The server's first words.
    public func greeting(before deadline: NIODeadline) async throws(ConnectionFailure) -> Stamped<POP3Reply> {
        try await reply(to: nil, before: deadline)
    }

    /// Sends a command and waits for its answer, with the lines that belong to it.
    public func perform(_ command: POP3Command, before deadline: NIODeadline) async throws(ConnectionFailure) -> Stamped<POP3Reply> {
        do throws(WireFault) {
            conversation.send(try command.encoded())
        } catch {
            throw .protocolFault(error)
        }
        let reply = try await reply(to: command, before: deadline)
        guard case .authenticate = command, reply.value.status == .continuation else { return reply }
        // A server tells by a challenge why it refuses a token, and waits for an answer before it says so. Source: XOAUTH2.
        conversation.send(Array("\r\n".utf8))
        return try await self.reply(to: command, before: deadline)
    }

    /// Says goodbye without caring for the answer longer than until `deadline`, and hangs up.
    public func leave(before deadline: NIODeadline) async {
        _ = try? await perform(.quit, before: deadline)
        conversation.close()
    }

    // MARK: - Private

    private func reply(to command: POP3Command?, before deadline: NIODeadline) async throws(ConnectionFailure) -> Stamped<POP3Reply> {
        var builder = POP3ReplyBuilder(answering: command)
        while true {
            let line = try await conversation.next(before: deadline)
            do throws(WireFault) {
                if let reply = try builder.take(line.value) { return Stamped(reply, at: line.at) }
            } catch {
                throw .protocolFault(error)
            }
        }
    }
}
