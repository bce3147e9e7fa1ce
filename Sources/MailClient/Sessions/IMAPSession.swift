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
                case .tagged, .continuation, .list, .search, .flags, .exists, .recent, .expunge, .fetch, .vanished, .mailboxStatus, .other:
                    break
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

        /// By which UIDs of a mailbox that was opened hold; `nil` when the server did not say.
        public var uidValidity: UInt32? {
            for case .status(let status) in responses {
                if case .uidValidity(let validity) = status.code { return validity }
            }
            return nil
        }

        /// The last EXISTS; `nil` when the server did not say.
        public var messageCount: Int? {
            for case .exists(let count) in responses.reversed() { return count }
            return nil
        }
    }

    /// Responses that one command may bring.
    private static let responseLimit = 10_000
    /// How often AUTHENTICATE may be asked for more than its credentials.
    private static let challengeLimit = 3

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
    /// What AUTHENTICATE is asked beyond its credentials gets an empty answer, and stands in the responses as a continuation: that is how
    /// XOAUTH2 says why it refuses.
    public func perform(
        _ command: IMAPCommand, literals: IMAPLiteralForm = .synchronising, before deadline: NIODeadline
    ) async throws(ConnectionFailure) -> Stamped<Answer> {
        let tag = nextTag()
        var pending: ArraySlice<[UInt8]>
        do throws(WireFault) {
            pending = try command.encoded(tag: tag, literals: literals)[...]
        } catch {
            throw .protocolFault(error)
        }
        if let first = pending.popFirst() { conversation.send(first) }
        var responses: [IMAPResponse] = []
        var challenges = 0
        while true {
            let step = try await step(of: tag, isFarewell: command == .logout, before: deadline)
            responses += step.value.responses
            switch step.value.end {
            case .finished(let status): return Stamped(Answer(status: status, responses: responses), at: step.at)
            case .invited(let text):
                if let piece = pending.popFirst() {
                    conversation.send(piece)
                    continue
                }
                challenges += 1
                guard case .authenticate = command, challenges <= Self.challengeLimit else {
                    throw .protocolFault(.malformed(expected: "the answer to \(command.verb)", found: "an invitation to go on"))
                }
                responses.append(.continuation(text))
                conversation.send(Array("\r\n".utf8))
            }
        }
    }

    /// Waits for the end of a command that was sent.
    func answer(to tag: String, before deadline: NIODeadline) async throws(ConnectionFailure) -> Stamped<Answer> {
        let step = try await step(of: tag, before: deadline)
        guard case .finished(let status) = step.value.end else {
            throw .protocolFault(.malformed(expected: "the end of command \(tag)", found: "an invitation to go on"))
        }
        return Stamped(Answer(status: status, responses: step.value.responses), at: step.at)
    }

    /// Says goodbye without caring for the answer longer than until `deadline`, and hangs up.
    public func leave(before deadline: NIODeadline) async {
        _ = try? await perform(.logout, before: deadline)
        conversation.close()
    }

    // MARK: Steps of a command

    /// Where a command has come to.
    struct Step: Sendable {
        enum End: Sendable {
            case finished(IMAPStatus)
            /// The server waits for more of it.
            case invited(String)
        }

        let end: End
        /// What was told before.
        let responses: [IMAPResponse]
    }

    /// Waits until the command with this tag ends or may go on.
    func step(of tag: String, isFarewell: Bool = false, before deadline: NIODeadline) async throws(ConnectionFailure) -> Stamped<Step> {
        var responses: [IMAPResponse] = []
        while true {
            let response = try await conversation.next(before: deadline)
            switch response.value {
            case .tagged(tag, let status): return Stamped(Step(end: .finished(status), responses: responses), at: response.at)
            case .tagged(let other, _):
                throw .protocolFault(
                    .malformed(expected: "the end of command \(tag)", found: "that of \(WireText.printable(other.utf8, limit: 20))"))
            case .continuation(let text): return Stamped(Step(end: .invited(text), responses: responses), at: response.at)
            case .status(let status) where status.kind == .bye && !isFarewell: throw .dismissed("\(status)")
            case .status, .capability, .list, .search, .flags, .exists, .recent, .expunge, .fetch, .vanished, .mailboxStatus, .other:
                guard responses.count < Self.responseLimit else { throw .protocolFault(.replyTooLarge(limit: Self.responseLimit)) }
                responses.append(response.value)
            }
        }
    }

    func nextTag() -> String {
        lastTag.withLock { tag in
            tag += 1
            return "p\(tag)"
        }
    }
}
