import PostwatchModel

/// Native histograms: beside the samples, in a table of their own, since few series have them.
extension RecentSamples {
    /// Takes one histogram in. Of two samples at one time, of whatever kind, the first stays.
    mutating func insert(_ point: HistogramPoint, into number: UInt32) {
        let newest = newest(of: number)
        if point.timestamp <= newest {
            if value(at: point.timestamp, of: number) != nil {
                intake.conflicts += 1
                return
            }
            if let present = histograms[number]?.histogram(at: point.timestamp) {
                if HistogramStream.areEqual(present, point.histogram) { intake.duplicates += 1 } else { intake.conflicts += 1 }
                return
            }
            intake.outOfOrder += 1
        }
        histograms[number, default: HistogramSamples()].insert(point)
        slots[Int(number)].hasHistograms = true
        intake.accepted += 1
        sampleCount += 1
        pendingCount += 1
    }

    /// Those of a series in `start ... end`; before `floor`, only what is in no day file. `nil` when there are none.
    func histogramColumns(_ number: UInt32, from start: Int64, through end: Int64) -> HistogramColumns? {
        guard let columns = histograms[number]?.columns(from: start, through: end, floor: floor), !columns.isEmpty else { return nil }
        return columns
    }

    func hasPendingHistograms(_ number: Int) -> Bool {
        slots[number].hasHistograms && (histograms[UInt32(number)]?.pendingCount ?? 0) > 0
    }

    /// Those of a series that are to be written; they stay readable, and `endFlush` says what became of them.
    mutating func beginHistogramFlush(_ number: UInt32) -> HistogramColumns {
        slots[Int(number)].hasHistograms ? histograms[number]?.beginFlush() ?? HistogramColumns() : HistogramColumns()
    }

    mutating func endHistogramFlush(_ number: UInt32, isWritten: Bool) {
        guard slots[Int(number)].hasHistograms, let before = histograms[number]?.pendingCount else { return }
        histograms[number]?.endFlush(isWritten: isWritten)
        pendingCount -= before - (histograms[number]?.pendingCount ?? 0)
    }

    mutating func forgetHistograms() {
        for number in histograms.keys {
            let before = histograms[number]?.count ?? 0
            histograms[number]?.forget(before: floor)
            sampleCount -= before - (histograms[number]?.count ?? 0)
        }
    }
}
