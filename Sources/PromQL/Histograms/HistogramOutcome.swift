import PostwatchModel

/// What came of an operation on native histograms.
struct HistogramOutcome: Hashable, Sendable {
    /// `nil`: the element drops out of the result.
    var histogram: NativeHistogram?
    /// Each once, in the order in which they came up.
    private(set) var notes: [HistogramNote]

    init(histogram: NativeHistogram? = nil, notes: [HistogramNote] = []) {
        self.histogram = histogram
        self.notes = []
        for each in notes { note(each) }
    }

    mutating func note(_ note: HistogramNote) {
        if !notes.contains(note) { notes.append(note) }
    }
}
