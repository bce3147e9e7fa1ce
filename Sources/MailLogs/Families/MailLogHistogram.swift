/// Counts of values below given bounds.
public struct MailLogHistogram: Hashable, Sendable {
    /// Inclusive upper bounds, rising, in the base unit of the metric.
    public let bounds: [Double]
    /// One more than the bounds; not cumulative. The last is what is above all bounds.
    public let counts: [UInt64]
    /// Of all values.
    public let sum: Double

    /// How many values there were.
    public var count: UInt64 { counts.reduce(0, +) }
}
