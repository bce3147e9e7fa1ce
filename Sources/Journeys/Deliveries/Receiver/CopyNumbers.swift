import PostwatchModel

/// Numbers by which the copies of a message are told apart that come to a receiver.
///
/// A server that has not read our answer, because this process was killed, sends the same bytes to the next one: that is the same copy, and
/// has the same number. What comes to one process twice is two copies.
struct CopyNumbers: Sendable {
    /// Messages that are remembered; beyond that all are forgotten.
    private static let limit = 10_000

    private var taken: [UInt64: UInt32] = [:]

    mutating func next(of message: [UInt8]) -> UInt32 {
        let hash = StableHash(message).value
        if taken.count >= Self.limit { taken = [:] }
        let earlier = taken[hash, default: 0]
        taken[hash] = earlier &+ 1
        return UInt32(truncatingIfNeeded: hash ^ (hash >> 32)) &+ earlier
    }

    /// The copy was not taken: when the server sends it again it is the same one.
    mutating func takeBack(_ message: [UInt8]) {
        let hash = StableHash(message).value
        taken[hash] = taken[hash].flatMap { $0 > 1 ? $0 - 1 : nil }
    }
}
