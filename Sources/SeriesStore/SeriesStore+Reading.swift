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
        guard selection.start <= selection.end else { return }
        // As long as memory is read it forgets nothing, so that series and floor stay what they are. Files are read after that: long
        // queries must not keep memory from forgetting.
        var recent = SampleBatch()
        let floor = memory.withLock { $0.beginReading() }
        do {
            defer { memory.withLock { $0.endReading() } }
            if selection.start.milliseconds >= floor { return try forEachRecentBatch(selection, take) }
            try forEachRecentBatch(selection) { recent.append($0) }
        }
        try await forEachOlderBatch(selection, floor: floor, recent, take)
    }

    // MARK: - Private

    private func forEachRecentBatch(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) throws {
        let (start, end) = (selection.start.milliseconds, selection.end.milliseconds)
        let numbers = memory.withLock { $0.numbers(matching: selection.matchers) }
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
            if batch.timestamps.count >= Self.samplesPerBatch { try hand() }
        }
        try hand()
    }

    /// What is on disk as well. Series of several files are put together, so there is no batch before all is read.
    /// - Parameter recent: what memory had, read before: a flush that ended since moved samples to where they are looked for now.
    private func forEachOlderBatch(
        _ selection: SampleSelection, floor: Int64, _ recent: SampleBatch, _ take: (SampleBatch) throws -> Void
    ) async throws {
        let older = try await olderSamples(selection, floor: floor, limit: selection.sampleLimit.map { $0 - recent.timestamps.count })
        var found = older.found
        var batch = SampleBatch()
        batch.coarseStretches = older.coarseStretches
        // What is on disk came first.
        for series in recent.series {
            var stored = found.removeValue(forKey: series.labels) ?? StoredSeries(labels: series.labels)
            stored.merge(StoredSeries(series, of: recent))
            batch.append(stored.seriesColumns)
            if batch.timestamps.count >= Self.samplesPerBatch { try Self.hand(&batch, to: take) }
        }
        for stored in found.values {
            batch.append(stored.seriesColumns)
            if batch.timestamps.count >= Self.samplesPerBatch { try Self.hand(&batch, to: take) }
        }
        try Self.hand(&batch, to: take)
    }

    private static func hand(_ batch: inout SampleBatch, to take: (SampleBatch) throws -> Void) throws {
        try Task.checkCancellation()
        if !batch.series.isEmpty { try take(batch) }
        batch.removeAll()
    }
}
