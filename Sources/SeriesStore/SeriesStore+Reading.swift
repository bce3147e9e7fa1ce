import PostwatchModel

extension SeriesStore: SampleQuerying {
    /// The lock on memory is held for so many series at once.
    private static let seriesAtOnce = 64

    /// Answers from memory when `start` lies inside of the memory window; day files are asked for what is older. A day file that turns
    /// out damaged is set aside and the rest is answered. Throws `SeriesStoreFailure`.
    public func select(_ matchers: [LabelMatcher], from start: Timestamp, through end: Timestamp) async throws -> [SeriesColumns] {
        guard start <= end else { return [] }
        // Memory first: a flush that ends in between moves samples to where they are looked for next.
        // The floor last: behind it memory may have held less than everything.
        let recent = selectRecent(matchers, from: start.milliseconds, through: end.milliseconds)
        let floor = memory.withLock { $0.floor }
        guard start.milliseconds < floor else { return recent.map(\.seriesColumns) }
        var found: [LabelBytes: SampleColumns] = [:]
        for day in shelf.days where day.start <= end.milliseconds && day.end >= start.milliseconds && day.start < floor {
            for one in try await select(matchers, from: start, through: end, on: day) {
                found[one.labels, default: SampleColumns()].merge(one.columns)
            }
        }
        // What is on disk came first.
        for one in recent { found[one.labels, default: SampleColumns()].merge(one.columns) }
        return found.map { StoredSeries(labels: $0.key, columns: $0.value).seriesColumns }
    }

    // MARK: - Private

    private func selectRecent(_ matchers: [LabelMatcher], from start: Int64, through end: Int64) -> [StoredSeries] {
        while true {
            let (numbers, generation) = memory.withLock { ($0.numbers(matching: matchers), $0.generation) }
            var found: [StoredSeries] = []
            var isCurrent = true
            for first in stride(from: 0, to: numbers.count, by: Self.seriesAtOnce) where isCurrent {
                let part = memory.withLock { recent -> [StoredSeries] in
                    isCurrent = recent.generation == generation
                    guard isCurrent else { return [] }
                    return numbers[first..<min(first + Self.seriesAtOnce, numbers.count)].compactMap { number in
                        let columns = recent.read(number, from: start, through: end)
                        if columns.isEmpty { return nil }
                        return StoredSeries(labels: LabelBytes(trusted: recent.labelBytes(of: number)), columns: columns)
                    }
                }
                found += part
            }
            // Numbers were given out anew in between: that happens once in many flushes.
            if isCurrent { return found }
        }
    }

    private func select(
        _ matchers: [LabelMatcher], from start: Timestamp, through end: Timestamp, on day: Day
    ) async throws(SeriesStoreFailure) -> [StoredSeries] {
        var file: DayFile?
        do throws(SeriesStoreFailure) {
            file = try await shelf.existingFile(of: day)
            guard let file else { return [] }
            let selection = try await file.select(
                matchers, from: max(start.milliseconds, day.start), through: min(end.milliseconds, day.end))
            shelf.noteDamagedBlocks(selection.damagedBlocks, of: day)
            return selection.series
        } catch {
            guard case .damaged(_, let reason) = error else { throw error }
            try shelf.setAside(day, file: file, reason: reason)
            return []
        }
    }
}
