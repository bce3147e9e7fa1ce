/// Where a record begins. Positions rise in the order in which records were made durable.
public struct JournalPosition: Hashable, Comparable, Sendable {
    /// Counts from 1.
    public let segment: Int
    /// Bytes from the start of the segment's file.
    public let offset: Int

    public init(segment: Int, offset: Int) {
        self.segment = segment
        self.offset = offset
    }

    public static func < (left: JournalPosition, right: JournalPosition) -> Bool {
        (left.segment, left.offset) < (right.segment, right.offset)
    }
}
