import PostwatchModel

extension SeriesStore: SampleQuerying {
    /// The lock on memory is held for so many series at once.
    private static let seriesAtOnce = 64
    /// A batch is handed over once it has this many samples.
    private static let samplesPerBatch = 1 << 16

    /// The start of the first day whose samples are in a file or in memory, once some have been summed up.
    public var exactSince: Timestamp {
        let spans = shelf.spans
        guard spans.contains(where: \.isMonth) else { return Timestamp(milliseconds: .min) }
        let first = spans.lazy.filter { !$0.isMonth }.map(\.start).min()
        return Timestamp(milliseconds: first ?? memory.withLock { $0.floor })
    }

    /// Answers from memory when the selection lies inside of the memory window; files are asked for what is older: of a day with samples, or
    /// of a month with summaries, where those are welcome or all that is left. A file that turns out damaged is set aside and the rest is
    /// answered. Throws `SeriesStoreFailure`, `SelectionTooLarge`, `CancellationError` and
    /// what `take` throws.
    public func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws {
        try await select(selection, betweenReadings: {}, take)
    }

    /// - Parameter betweenReadings: comes after memory is read and before files are.
    func select(
        _ selection: SampleSelection, betweenReadings: () async throws -> Void, _ take: (SampleBatch) throws -> Void
    ) async throws {
        guard selection.start <= selection.end else { return }
        var missing: Set<Day> = []
        var attempt = 1
        var isHolding = false
        defer { if isHolding { shelf.swaps.release() } }
        while true {
            let moment = shelf.swaps.moment
            guard let (recent, floor) = try readRecent(selection, take) else { return }
            if moment != nil {
                try await betweenReadings()
                let older = try await olderSamples(
                    selection, without: missing, floor: floor, limit: selection.sampleLimit.map { $0 - recent.sampleCount })
                if moment == shelf.swaps.moment {
                    if older.missing.isEmpty { return try hand(recent, older, to: take) }
                    missing.formUnion(older.missing)
                    continue
                }
            }
            // What changes places now is in its place before this has its turn.
            await upkeep.takeTurn()
            try Task.checkCancellation()
            missing = []
            attempt += 1
            if attempt == Self.undisturbedAttempt {
                shelf.swaps.hold()
                isHolding = true
            }
        }
    }

    // MARK: - Private

    /// A query that is disturbed so often by samples that change places lets them do it no more.
    private static let undisturbedAttempt = 3

    /// What memory has of a selection, and from where on it has everything; `nil` when that was all, and handed over.
    ///
    /// As long as memory is read it forgets nothing, so that series and floor stay what they are. Files are read after that: long
    /// queries must not keep memory from forgetting, and a flush that ends meanwhile moves samples to where they are looked for next.
    private func readRecent(
        _ selection: SampleSelection, _ take: (SampleBatch) throws -> Void
    ) throws -> (recent: SampleBatch, floor: Int64)? {
        var recent = SampleBatch()
        let floor = memory.withLock { $0.beginReading() }
        defer { memory.withLock { $0.endReading() } }
        if selection.start.milliseconds >= floor {
            try forEachRecentBatch(selection, take)
            return nil
        }
        try forEachRecentBatch(selection) { recent.append($0) }
        return (recent, floor)
    }

    private func forEachRecentBatch(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) throws {
        let (start, end) = (selection.start.milliseconds, selection.end.milliseconds)
        let numbers = try memory.numbers(matching: selection.matchers) { try Task.checkCancellation() }
        var batch = SampleBatch()
        var histograms = RecentHistograms()
        func hand() throws {
            if selection.summary == .count { batch.countEach() }
            try Self.hand(&batch, to: take)
        }
        for first in stride(from: 0, to: numbers.count, by: Self.seriesAtOnce) {
            memory.withLock { recent in
                for number in numbers[first..<min(first + Self.seriesAtOnce, numbers.count)] {
                    recent.read(number, from: start, through: end, into: &batch, histograms: &histograms)
                }
            }
            histograms.unpack(into: &batch)
            if batch.sampleCount >= Self.samplesPerBatch { try hand() }
        }
        try hand()
    }

    /// Series of memory and of several files are put together, so there is no batch before all is read.
    private func hand(_ recent: SampleBatch, _ older: OlderSamples, to take: (SampleBatch) throws -> Void) throws {
        var found = older.found
        var batch = SampleBatch()
        batch.coarseStretches = older.coarseStretches
        // What is on disk came first.
        for series in recent.series {
            var stored = found.removeValue(forKey: series.labels) ?? StoredSeries(labels: series.labels)
            stored.merge(StoredSeries(series, of: recent))
            batch.append(stored.seriesColumns)
            if batch.sampleCount >= Self.samplesPerBatch { try Self.hand(&batch, to: take) }
        }
        for stored in found.values {
            batch.append(stored.seriesColumns)
            if batch.sampleCount >= Self.samplesPerBatch { try Self.hand(&batch, to: take) }
        }
        try Self.hand(&batch, to: take)
    }

    private static func hand(_ batch: inout SampleBatch, to take: (SampleBatch) throws -> Void) throws {
        try Task.checkCancellation()
        if !batch.series.isEmpty { try take(batch) }
        batch.removeAll()
    }
}

extension SampleBatch {
    /// Of both kinds.
    fileprivate var sampleCount: Int { timestamps.count + histograms.count }
}
