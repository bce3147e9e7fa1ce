/// Why a message waits in a queue.
public enum QueueWait: Hashable, Sendable {
    /// No delivery was tried yet.
    case untried
    /// Put off, and nobody looked why.
    case unknown
    case putOff(DeliveryReason)

    /// The value of the label `reason`.
    public var label: String {
        switch self {
        case .untried: "untried"
        case .unknown: "unknown"
        case .putOff(let reason): reason.label
        }
    }

    static let count = DeliveryReason.allCases.count + 2

    /// From 0, below `count`.
    @inline(__always)
    var index: Int {
        switch self {
        case .putOff(let reason): Int(reason.rawValue)
        case .untried: DeliveryReason.allCases.count
        case .unknown: DeliveryReason.allCases.count + 1
        }
    }

    init(index: Int) {
        if let reason = DeliveryReason(rawValue: UInt8(index)) {
            self = .putOff(reason)
        } else {
            self = index == Self.untried.index ? .untried : .unknown
        }
    }
}
