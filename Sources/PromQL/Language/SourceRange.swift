/// Where a node stands in the text of its query, in bytes of UTF-8 from 0, the end not included.
///
/// All ranges are equal and hash to nothing: the same expression at two places is one expression, to be evaluated once.
struct SourceRange: Hashable, Sendable {
    var start: Int
    var end: Int

    init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = end
    }

    /// From the start of this range to the end of `other`.
    func joined(with other: SourceRange) -> SourceRange {
        SourceRange(start, other.end)
    }

    static func == (left: SourceRange, right: SourceRange) -> Bool { true }

    func hash(into hasher: inout Hasher) {}
}
