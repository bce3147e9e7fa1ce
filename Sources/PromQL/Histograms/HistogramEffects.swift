/// What happened while histograms were added or subtracted that whoever asked should know.
struct HistogramEffects: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    /// One of the histograms says that its counter was reset, another that it was not.
    static let counterResetCollision = HistogramEffects(rawValue: 1)
    /// Custom bounds differed, and only those in common were kept.
    static let boundsReconciled = HistogramEffects(rawValue: 2)

    /// The effects as Prometheus reports them, for the operation that had them.
    func notes(on operation: HistogramNote.Operation) -> [HistogramNote] {
        var notes: [HistogramNote] = []
        if contains(.counterResetCollision) { notes.append(.counterResetCollision(operation)) }
        if contains(.boundsReconciled) { notes.append(.boundsReconciled(operation)) }
        return notes
    }
}
