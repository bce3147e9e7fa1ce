import PostwatchModel

extension SeriesStore: SampleQuerying {
    /// The lock on memory is held for so many series at once.
    private static let seriesAtOnce = 64
    /// A batch is handed over once it has this many samples.
    private static let samplesPerBatch = 1 << 16

    /// Answers from memory when the selection lies inside of the memory window; day files are asked for what is older. A day file that
    /// turns out damaged is set aside and the rest is answered. Throws `SeriesStoreFailure`, `SelectionTooLarge`, `CancellationError` and
    /// what `take` throws.
    public func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws {
        guard selection.start <= selection.end else { return }
        // Until the end of the reading memory forgets nothing, so that series and floor stay what they are.
        let floor = memory.withLock { $0.beginReading() }
        defer { memory.withLock { $0.endReading() } }
        if selection.start.milliseconds >= floor {
            try forEachRecentBatch(selection, take)
        } else {
            try await forEachOlderBatch(selection, floor: floor, take)
        }
    }

    // MARK: - Private

    private func forEachRecentBatch(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) throws {
        let (start, end) = (selection.start.milliseconds, selection.end.milliseconds)
        let numbers = memory.withLock { $0.numbers(matching: selection.matchers) }
        var batch = SampleBatch()
        func hand() throws {
            if selection.summary == .count { batch.countEach() }
            try Self.hand(&batch, to: take)
        }
        for first in stride(from: 0, to: numbers.count, by: Self.seriesAtOnce) {
            memory.withLock { recent in
                for number in numbers[first..<min(first + Self.seriesAtOnce, numbers.count)] {
                    recent.read(number, from: start, through: end, into: &batch)
                }
            }
            if batch.timestamps.count >= Self.samplesPerBatch { try hand() }
        }
        try hand()
    }

    /// What is on disk as well. Series of several days are put together, so there is no batch before all is read.
    private func forEachOlderBatch(
        _ selection: SampleSelection, floor: Int64, _ take: (SampleBatch) throws -> Void
    ) async throws {
        // Memory first: a flush that ends in between moves samples to where they are looked for next.
        var recent = SampleBatch()
        try forEachRecentBatch(selection) { recent.append($0) }
        var found: [LabelSet: SampleColumns] = [:]
        var count = recent.timestamps.count
        for day in shelf.days where day.start <= selection.end.milliseconds && day.end >= selection.start.milliseconds && day.start < floor
        {
            try Task.checkCancellation()
            for one in try await select(selection, on: day) {
                found[one.labels, default: SampleColumns()].merge(selection.summary == .count ? one.columns.countingEach : one.columns)
                count += one.columns.count
            }
            if let limit = selection.sampleLimit, count > limit { throw SelectionTooLarge(limit: limit) }
        }
        var batch = SampleBatch()
        // What is on disk came first.
        for series in recent.series {
            var columns = found.removeValue(forKey: series.labels) ?? SampleColumns()
            columns.merge(SampleColumns(timestamps: Array(recent.timestamps[series.samples]), values: Array(recent.values[series.samples])))
            batch.append(StoredSeries(labels: series.labels, columns: columns).seriesColumns)
            if batch.timestamps.count >= Self.samplesPerBatch { try Self.hand(&batch, to: take) }
        }
        for (labels, columns) in found {
            batch.append(StoredSeries(labels: labels, columns: columns).seriesColumns)
            if batch.timestamps.count >= Self.samplesPerBatch { try Self.hand(&batch, to: take) }
        }
        try Self.hand(&batch, to: take)
    }

    private static func hand(_ batch: inout SampleBatch, to take: (SampleBatch) throws -> Void) throws {
        try Task.checkCancellation()
        if !batch.series.isEmpty { try take(batch) }
        batch.removeAll()
    }

    private func select(_ selection: SampleSelection, on day: Day) async throws(SeriesStoreFailure) -> [StoredSeries] {
        var file: DayFile?
        do throws(SeriesStoreFailure) {
            file = try await shelf.existingFile(of: day)
            guard let file else { return [] }
            let found = try await file.select(
                selection.matchers, from: max(selection.start.milliseconds, day.start), through: min(selection.end.milliseconds, day.end))
            shelf.noteDamagedBlocks(found.damagedBlocks, of: day)
            return found.series
        } catch {
            guard case .damaged(_, let reason) = error else { throw error }
            try shelf.setAside(day, file: file, reason: reason)
            return []
        }
    }
}
