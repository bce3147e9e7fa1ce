/// One remote-write 1.0 request: `prometheus.WriteRequest` as protobuf.
public enum RemoteWriteBody: Hashable, Sendable {
    /// As it came over the wire: one snappy block. Nobody has looked into it yet.
    case snappy([UInt8])
    /// Unpacked, or made here.
    case plain([UInt8])
}

/// What became of one request, all of whose accepted samples are durable.
public struct WriteReport: Hashable, Sendable {
    /// Float samples that were taken, duplicates among them.
    public var samples = 0
    public var histograms = 0
    public var exemplars = 0
    /// Series and samples that were refused for good: sending them again will not help.
    public var refused = 0
    /// What is wrong with the first of those; `nil` when there are none.
    public var firstFault: String?

    public init() {}
}

/// Why nothing of a request was kept.
public enum WriteRefusal: Error, Hashable, Sendable {
    /// The bytes are no such request.
    case malformed(reason: String)
    /// Larger than the store takes at once; `limit` in bytes.
    case tooLarge(bytes: Int, limit: Int)
    /// More waits already than the store may hold in memory.
    case overloaded
    /// The store cannot write now: the disk is full or fails. It recovers by itself once the cause is gone.
    case unavailable(reason: String)

    /// Seconds after which the same request may succeed; `nil` when it never will.
    public var retryAfterSeconds: Int? {
        switch self {
        case .malformed, .tooLarge: nil
        case .overloaded: 1
        case .unavailable: 5
        }
    }
}

extension WriteRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed(let reason): reason
        case .tooLarge(let bytes, let limit): "the request has \(bytes) bytes, over the limit of \(limit); send less at once"
        case .overloaded: "too many samples are on their way into the store; send them again in a moment"
        case .unavailable(let reason): "samples cannot be stored now: \(reason)"
        }
    }
}

/// Takes whole remote-write requests in, as they come.
public protocol RemoteWriteReceiving: Sendable {
    /// Returns once everything that was accepted is durable. Of two samples of one series at one time the first stays; the same one
    /// again is no fault. Throws `WriteRefusal`.
    func write(_ body: RemoteWriteBody) async throws -> WriteReport
}
