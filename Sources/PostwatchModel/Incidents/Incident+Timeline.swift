extension Incident {
    /// Entries that are kept: the first, which say how it began, and the last. An incident may flap for days.
    public static let timelineBounds = (first: 100, last: 400)
    /// Stands behind the first entries where some were left out.
    public static let leftOut = "what follows was left out: the timeline keeps its first 100 entries and its last 400"

    /// Adds to the story, within its bounds.
    public mutating func note(_ text: String, at moment: Timestamp) {
        timeline.append(TimelineEntry(at: moment, text: text))
        let (first, last) = Self.timelineBounds
        guard timeline.count > first + 1 + last else { return }
        let mark = timeline.firstIndex { $0.text == Self.leftOut } ?? first
        timeline[mark] = TimelineEntry(at: timeline[max(mark, 1) - 1].at, text: Self.leftOut)
        timeline.removeSubrange(mark + 1..<max(mark + 1, timeline.count - last))
    }
}
