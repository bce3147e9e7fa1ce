import MailWire
import NIOCore

/// A client's side of SMTP on one connection.
public struct SMTPSession: Sendable {
    public let conversation: Conversation<SMTPReplyParser>

    public init(_ conversation: Conversation<SMTPReplyParser>) {
        self.conversation = conversation
    }

    /// The server's first words.
    public func greeting(before deadline: NIODeadline) async throws(ConnectionFailure) -> Stamped<SMTPReply> {
        try await conversation.next(before: deadline)
    }

    /// Sends a command and waits for its answer, whatever its code.
    public func perform(_ command: SMTPCommand, before deadline: NIODeadline) async throws(ConnectionFailure) -> Stamped<SMTPReply> {
        do throws(WireFault) {
            conversation.send(try command.encoded())
        } catch {
            throw .protocolFault(error)
        }
        return try await conversation.next(before: deadline)
    }

    /// Sends a message behind an accepted DATA and waits for the server's word on it.
    public func deliver(_ message: [UInt8], before deadline: NIODeadline) async throws(ConnectionFailure) -> Stamped<SMTPReply> {
        conversation.send(DotStuffing.encode(message))
        return try await conversation.next(before: deadline)
    }

    /// Says goodbye without caring for the answer longer than until `deadline`, and hangs up.
    public func leave(before deadline: NIODeadline) async {
        _ = try? await perform(.quit, before: deadline)
        conversation.close()
    }
}
