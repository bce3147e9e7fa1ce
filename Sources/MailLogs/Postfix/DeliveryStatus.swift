/// What a delivery line says. Only `sent` and `bounced` are final.
public enum DeliveryStatus: UInt8, CaseIterable, Hashable, Sendable, LabelValue {
    case sent, deferred, bounced
    /// Of a question whether an address exists.
    case deliverable, undeliverable

    /// The value of the label `status`.
    public var label: String { "\(self)" }

    /// Whether nothing more will come for this recipient.
    public var isFinal: Bool { self == .sent || self == .bounced }
}
