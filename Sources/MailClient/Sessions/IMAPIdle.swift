import MailWire
import NIOCore

/// An IDLE command that the server has begun: it tells of changes as they happen, until `end`. Source: RFC 2177.
public struct IMAPIdle: Sendable {
    private let session: IMAPSession
    private let tag: String

    init(session: IMAPSession, tag: String) {
        self.session = session
        self.tag = tag
    }

    /// The next thing that the server tells; `nil` when it tells nothing until `patience` is over, after which it may be asked again.
    /// Throws `dismissed` for BYE, and a protocol fault when the server ends the command by itself.
    public func next(until patience: NIODeadline) async throws(ConnectionFailure) -> Stamped<IMAPResponse>? {
        guard let response = try await session.conversation.next(until: patience) else { return nil }
        switch response.value {
        case .status(let status) where status.kind == .bye: throw .dismissed("\(status)")
        case .tagged(_, let status):
            throw .protocolFault(.malformed(expected: "news during IDLE", found: "\(status)"))
        case .continuation:
            throw .protocolFault(.malformed(expected: "news during IDLE", found: "an invitation to go on"))
        case .status, .capability, .list, .search, .flags, .exists, .recent, .expunge, .fetch, .vanished, .mailboxStatus, .other:
            return response
        }
    }

    /// Ends the command; what the server told last is in the answer.
    public func end(before deadline: NIODeadline) async throws(ConnectionFailure) -> Stamped<IMAPSession.Answer> {
        session.conversation.send(Array("DONE\r\n".utf8))
        return try await session.answer(to: tag, before: deadline)
    }
}

extension IMAPSession {
    /// How a server took IDLE.
    public enum IdleStart: Sendable {
        case idling(IMAPIdle)
        /// NO or BAD.
        case refused(IMAPStatus)
    }

    /// Asks the server to tell of changes. What it tells before it has begun is in `news`.
    public func idle(
        before deadline: NIODeadline
    ) async throws(ConnectionFailure) -> Stamped<(start: IdleStart, news: [IMAPResponse])> {
        let tag = nextTag()
        conversation.send(Array("\(tag) IDLE\r\n".utf8))
        let step = try await step(of: tag, before: deadline)
        switch step.value.end {
        case .invited: return Stamped((.idling(IMAPIdle(session: self, tag: tag)), step.value.responses), at: step.at)
        case .finished(let status): return Stamped((.refused(status), step.value.responses), at: step.at)
        }
    }
}
