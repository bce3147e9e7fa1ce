import MailWire
import NIOCore
import Synchronization

/// A client's side of IMAP on one connection. Commands go one after the other.
public final class IMAPSession: Sendable {
    /// How a command ended, with what the server said before.
    public struct Answer: Sendable {
        /// OK, NO or BAD.
        public let status: IMAPStatus
        /// In the order in which they came; statuses and data that the server sent unasked among them.
        public let responses: [IMAPResponse]

        /// Capabilities that came as data or in the status' code; `nil` when none came.
        public var capabilities: Set<String>? {
            if case .capability(let names) = status.code { return Set(names) }
            for response in responses {
                switch response {
                case .capability(let names): return Set(names)
                case .status(let status):
                    if case .capability(let names) = status.code { return Set(names) }
                case .tagged, .continuation, .list, .search, .flags, .exists, .recent, .expunge, .fetch, .other: break
                }
            }
            return nil
        }

        public var found: [UID] {
            responses.flatMap { response -> [UID] in
                if case .search(let uids) = response { return uids }
                return []
            }
        }

        public var fetched: [IMAPFetch] {
            responses.compactMap { response -> IMAPFetch? in
                if case .fetch(let fetch) = response { return fetch }
                return nil
            }
        }

        public var listings: [IMAPListing] {
            responses.compactMap { response -> IMAPListing? in
                if case .list(let listing) = response { return listing }
                return nil
            }
        }

        /// The last EXISTS; `nil` when the server did not say.
        public var messageCount: Int? {
            for case .exists(let count) in responses.reversed() { return count }
            return nil
        }
    }

    /// Responses that one command may bring.
    private static let responseLimit = 10_000

    public let conversation: Conversation<IMAPResponseParser>
    private let lastTag = Mutex(0)

    public init(_ conversation: Conversation<IMAPResponseParser>) {
        self.conversation = conversation
    }

    /// The server's first status: OK, PREAUTH or BYE. Anything else is a protocol fault.
    public func greeting(before deadline: NIODeadline) async throws(ConnectionFailure) -> Stamped<IMAPStatus> {
        let first = try await conversation.next(before: deadline)
        guard case .status(let status) = first.value else {
            throw .protocolFault(.malformed(expected: "a greeting", found: "another response"))
        }
        return Stamped(status, at: first.at)
    }

    /// Sends a command and waits for its end, whatever its status. A BYE that LOGOUT did not ask for is `dismissed`.
    public func perform(_ command: IMAPCommand, before deadline: NIODeadline) async throws(ConnectionFailure) -> Stamped<Answer> {
        let tag = nextTag()
        let pieces: [[UInt8]]
        do throws(WireFault) {
            pieces = try command.encoded(tag: tag)
        } catch {
            throw .protocolFault(error)
        }
        var pending = pieces[...]
        if let first = pending.popFirst() { conversation.send(first) }
        var responses: [IMAPResponse] = []
        while true {
            let response = try await conversation.next(before: deadline)
            switch response.value {
            case .tagged(tag, let status):
                return Stamped(Answer(status: status, responses: responses), at: response.at)
            case .tagged(let other, _):
                throw .protocolFault(
                    .malformed(expected: "the end of command \(tag)", found: "that of \(WireText.printable(other.utf8, limit: 20))"))
            case .continuation:
                if let piece = pending.popFirst() { conversation.send(piece) }
            case .status(let status) where status.kind == .bye && command != .logout:
                throw .dismissed("\(status)")
            case .status, .capability, .list, .search, .flags, .exists, .recent, .expunge, .fetch, .other:
                guard responses.count < Self.responseLimit else { throw .protocolFault(.replyTooLarge(limit: Self.responseLimit)) }
                responses.append(response.value)
            }
        }
    }

    /// Says goodbye without caring for the answer longer than until `deadline`, and hangs up.
    public func leave(before deadline: NIODeadline) async {
        _ = try? await perform(.logout, before: deadline)
        conversation.close()
    }

    // MARK: - Private

    private func nextTag() -> String {
        lastTag.withLock { tag in
            tag += 1
            return "p\(tag)"
        }
    }
}
