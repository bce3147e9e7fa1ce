import PostwatchModel

/// What is asked of samples that come in, and not again of those in the journal.
struct IntakeChecks: Sendable {
    let limits: StorageConfiguration.Limits
    /// How much older than the newest sample of its series a sample may be; `nil` for any age.
    let window: Duration?
    /// The latest time that a sample may have, ms since 1970.
    let latest: Int64

    /// Why a series may not be made; `nil` when it may. Series that have ended do not count.
    func canAdd(_ labels: UnsafeRawBufferPointer, to recent: inout RecentSamples) -> SeriesFault? {
        if let limit = limits.series, recent.knownCount - recent.endedCount >= limit { return .tooManySeries(limit: limit) }
        guard let limit = limits.seriesPerSource else { return nil }
        var cursor = LabelBytes.Cursor(labels)
        while let pair = cursor.next() {
            guard pair.name.elementsEqual(limits.sourceLabel.utf8) else { continue }
            guard recent.hasSeries(limit, with: pair) else { return nil }
            return .tooManySeriesOfSource(
                source: "\(limits.sourceLabel)=\"\(String(decoding: pair.value, as: UTF8.self))\"", limit: limit)
        }
        return nil
    }

    /// What is wrong with the time of a sample; `nil` when nothing is.
    @inline(__always)
    func fault(of timestamp: Int64, newest: Int64, metric: () -> String) -> SeriesFault? {
        if timestamp > latest || timestamp < Day.acceptedMilliseconds.lowerBound { return outlandish(timestamp, metric()) }
        guard let window, newest > timestamp, newest - timestamp > window.wholeMilliseconds else { return nil }
        return .tooOld(metric: metric(), milliseconds: timestamp, window: window)
    }

    // MARK: - Private

    private func outlandish(_ timestamp: Int64, _ metric: String) -> SeriesFault {
        Day.acceptedMilliseconds.contains(timestamp)
            ? .tooFarAhead(metric: metric, milliseconds: timestamp, limit: SeriesIntake.tolerance)
            : .timestampOutOfRange(metric: metric, milliseconds: timestamp)
    }
}
