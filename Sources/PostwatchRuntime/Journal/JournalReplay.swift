/// A stretch of a journal that could not be read although something was written after it: in the same segment or in a later one.
public struct JournalDamage: Hashable, Sendable {
    public let path: String
    public let offset: Int
    public let bytes: Int
}

/// What a journal held when it was opened.
public struct JournalReplay: Hashable, Sendable {
    /// Those of which nothing but the header was left included.
    public var segments = 0
    public var records = 0
    /// Bytes cut off the end of the last segment: a write that never finished and so was never acknowledged.
    public var tornBytes = 0
    /// Stretches that were acknowledged and are lost.
    public var damage: [JournalDamage] = []

    public init() {}
}
