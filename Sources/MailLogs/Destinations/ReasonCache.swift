/// The reasons of texts that were seen lately. A queue says the same of thousands of messages, and to read a text costs more than all else
/// that is done with its message.
struct ReasonCache: Sendable {
    /// Enough for what a few thousand destinations say; a power of 2.
    private static let size = 8192

    private var hashes = [UInt64](repeating: 0, count: size)
    private var reasons = [DeliveryReason](repeating: .other, count: size)

    /// - Parameter text: what a queue says of a recipient, never empty.
    mutating func reason(of text: LogBytes, seed: UInt64) -> DeliveryReason {
        let hash = Self.hash(of: text.prefix(256), seed: seed) | 1
        let place = Int(truncatingIfNeeded: hash >> 8) & (Self.size - 1)
        if hashes[place] == hash { return reasons[place] }
        let reason = DeliveryReason(queueText: text)
        hashes[place] = hash
        reasons[place] = reason
        return reason
    }

    // MARK: - Private

    /// Without the address that most servers repeat: with it every text would be another. What stands behind 256 bytes rarely decides.
    private static func hash(of text: LogBytes, seed: UInt64) -> UInt64 {
        guard let opening = text.index(of: UInt8(ascii: "<")), let closing = text.index(of: UInt8(ascii: ">"), from: opening) else {
            return text.hash(seed: seed)
        }
        return text.dropFirst(closing).hash(seed: text.prefix(opening).hash(seed: seed))
    }
}
