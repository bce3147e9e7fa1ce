/// The number that a message keeps for as long as its mailbox keeps its UIDVALIDITY. Source: RFC 9051, section 2.3.1.1.
public struct UID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// 1…2³²−1.
    public let number: UInt32

    /// `nil` for 0, which is no UID.
    public init?(_ number: UInt32) {
        guard number > 0 else { return nil }
        self.number = number
    }

    public static func < (left: UID, right: UID) -> Bool { left.number < right.number }
    public var description: String { String(number) }
}
