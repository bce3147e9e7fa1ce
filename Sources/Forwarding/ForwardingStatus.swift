import PostwatchModel

/// How a forwarder is doing. Counts are since it was opened, in samples unless named otherwise.
public struct ForwardingStatus: Hashable, Sendable {
    public var sent = 0
    /// On disk, not yet taken by the receiver.
    public var pending = 0
    public var pendingBytes = 0
    /// The oldest, given up because the buffer was full.
    public var dropped = 0
    /// Not taken by the receiver, with an answer that would not change.
    public var refused = 0
    /// Given up because the buffer's file was damaged.
    public var damaged = 0
    /// Not put into the buffer: its disk took nothing, or it was too long.
    public var unkept = 0
    /// Requests that failed and were, or will be, tried again.
    public var retries = 0
    public var lastSuccessAt: Timestamp?
    /// `nil` when the last request succeeded.
    public var lastFailure: String?

    public init() {}
}
