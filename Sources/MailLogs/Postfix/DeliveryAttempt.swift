/// Whether a message reached its recipient at once or only when it was tried again.
public enum DeliveryAttempt: UInt8, CaseIterable, Hashable, Sendable, LabelValue {
    case first, retry

    /// The value of the label `attempt`.
    public var label: String { "\(self)" }
}
