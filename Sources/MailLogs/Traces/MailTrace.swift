/// All that a log tells of one traced message at one server: of those only whose Message-ID begins as `prefix` says.
public struct MailTrace: Hashable, Sendable {
    /// What the Message-ID of a traced message begins with: `<postwatch.ID@host>`.
    public static let prefix: StaticString = "<postwatch."
    /// Attempts that are kept: of more the first half and the last.
    public static let mostAttempts = 12

    public enum Program: UInt8, CaseIterable, Hashable, Sendable {
        case postfix, exim, dovecot
    }

    public enum Status: UInt8, CaseIterable, Hashable, Sendable {
        case sent, deferred, bounced
    }

    /// One try to hand the message on, or to put it into a mailbox.
    public struct Attempt: Hashable, Sendable {
        /// Milliseconds since 1970-01-01T00:00:00Z, as all moments here.
        public var at: Int64
        public var status: Status
        /// `host[address]:port`; at most 255 bytes.
        public var relay: String
        /// In milliseconds, in the order of `DeliveryStage`; `nil` where the line does not tell.
        public var stages: SIMD4<Int>?
        /// What the other side answered, or what went wrong; at most 200 bytes, printable.
        public var reply: String
        /// The name under which the next server has it, from that answer.
        public var nextQueueID: String?
    }

    public var program: Program
    /// As the log names it; empty where it does not.
    public var host: String
    public var instance: String
    /// The queue id, or the session of LMTP.
    public var queueID: String
    /// What stands between the prefix and `@` in the Message-ID: letters, digits and `-`, at most 64 bytes.
    public var identifier: String
    /// When it was being received; where it came by LMTP, when the connection that brought it began, if it was the first one there.
    public var receivedAt: Int64?
    public var activeAt: Int64?
    public var heldAt: Int64?
    public var releasedAt: Int64?
    public var attempts: [Attempt] = []
    public var attemptCount = 0
    public var removedAt: Int64?
    /// Whether every stamp told parts of a second.
    public var isFine = true

    init(program: Program, queueID: String, identifier: String) {
        self.program = program
        host = ""
        instance = ""
        self.queueID = queueID
        self.identifier = identifier
    }

    func at(host: String, instance: String) -> MailTrace {
        var trace = self
        trace.host = host
        trace.instance = instance
        return trace
    }

    mutating func append(_ attempt: Attempt) {
        attemptCount += 1
        if attempts.count >= Self.mostAttempts { attempts.remove(at: Self.mostAttempts / 2) }
        attempts.append(attempt)
    }
}
