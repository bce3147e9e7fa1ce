/// The reasons of texts that were seen lately. A queue says the same of thousands of messages, and to read a text costs more than all else
/// that is done with its message.
struct ReasonCache: Sendable {
    /// Enough for all that servers say; a power of 2.
    private static let size = 4096

    private var hashes = [UInt64](repeating: 0, count: size)
    private var reasons = [DeliveryReason](repeating: .other, count: size)

    /// - Parameter text: what a queue says of a recipient, never empty.
    mutating func reason(of text: LogBytes, seed: UInt64) -> DeliveryReason {
        let text = ReasonText(text)
        let hash = text.hash(seed: seed) | 1
        let place = Int(truncatingIfNeeded: hash >> 8) & (Self.size - 1)
        if hashes[place] == hash { return reasons[place] }
        let reason = DeliveryReason(queue: text)
        hashes[place] = hash
        reasons[place] = reason
        return reason
    }
}
