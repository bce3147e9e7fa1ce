import PostwatchModel

/// Reading from files.
extension SeriesStore {
    /// What files have of a selection.
    struct OlderSamples: Sendable {
        var found: [LabelSet: StoredSeries] = [:]
        var count = 0
        var coarseStretches: [SampleBatch.CoarseStretch] = []
        /// Days whose file was asked for and is not there, or is of another release.
        var missing: Set<Day> = []
    }

    /// - Parameters:
    ///   - missing: days without a file, whatever the shelf says.
    ///   - floor: days from here on are not asked.
    ///   - limit: more samples than this fail with `SelectionTooLarge`.
    func olderSamples(
        _ selection: SampleSelection, without missing: Set<Day>, floor: Int64, limit: Int?
    ) async throws -> OlderSamples {
        let range = selection.start.milliseconds...selection.end.milliseconds
        let days = Set(shelf.days.filter { $0.start <= range.upperBound && $0.end >= range.lowerBound }).subtracting(missing)
        let plan = try await plan(selection, days: days, floor: floor)
        var older = OlderSamples()
        for day in plan.days {
            if let found = try await select(selection, on: day) {
                try older.add(found, limit: limit, of: selection)
            } else {
                older.missing.insert(day)
            }
        }
        for (day, resolution) in plan.lateDays {
            let late = try await lateSeries(on: day, in: resolution)
            let found = try await select(selection, on: day) ?? []
            try older.add(found.filter { late.contains($0.labels) }, limit: limit, of: selection)
        }
        for part in plan.summaries {
            try older.add(try await select(selection, in: part), limit: limit, of: selection)
            // Native histograms have no summaries: where a day's file is still there they are read from it.
            for day in part.allDays where days.contains(day) {
                try older.add(try await histograms(selection, on: day), limit: limit, of: selection)
            }
        }
        older.coarseStretches = plan.coarseStretches(in: range)
        return older
    }

    /// Sets the file aside when it turns out damaged. `nil` then, and when there is none.
    func reading<Result: Sendable>(
        _ span: StoredSpan, _ body: (DayFile) async throws(SeriesStoreFailure) -> Result
    ) async throws(SeriesStoreFailure) -> Result? {
        var file: DayFile?
        do throws(SeriesStoreFailure) {
            file = try await shelf.existingFile(of: span)
            guard let file else { return nil }
            return try await body(file)
        } catch {
            guard case .damaged(_, let reason) = error else { throw error }
            try shelf.setAside(span, file: file, reason: reason)
            return nil
        }
    }

    // MARK: - Private

    private func plan(_ selection: SampleSelection, days: Set<Day>, floor: Int64) async throws -> ReadingPlan {
        let (start, end) = (selection.start.milliseconds, selection.end.milliseconds)
        var ledgers: [Resolution: [Day: SummaryLedger.Entry]] = [:]
        for span in shelf.spans where span.start <= end && span.end >= start {
            guard case .month(_, let resolution) = span else { continue }
            let entries = try await reading(span) { file async throws(SeriesStoreFailure) in try await file.ledger() }
            ledgers[resolution, default: [:]].merge((entries ?? [:]).filter { $0.key.start <= end && $0.key.end >= start }) { $1 }
        }
        return ReadingPlan(days: days, ledgers: ledgers, coarseness: selection.coarseness.wholeMilliseconds, floor: floor)
    }

    /// `nil` when the day has no file any more.
    private func select(_ selection: SampleSelection, on day: Day) async throws -> [StoredSeries]? {
        try Task.checkCancellation()
        let (start, end) = (max(selection.start.milliseconds, day.start), min(selection.end.milliseconds, day.end))
        let found = try await reading(.day(day)) { file async throws(SeriesStoreFailure) in
            try await file.select(selection.matchers, from: start, through: end)
        }
        guard let found else { return nil }
        shelf.noteDamagedBlocks(found.damagedBlocks, of: .day(day))
        guard selection.summary == .count else { return found.series }
        return found.series.map { StoredSeries(labels: $0.labels, columns: $0.columns.countingEach, histograms: $0.histograms) }
    }

    private func histograms(_ selection: SampleSelection, on day: Day) async throws -> [StoredSeries] {
        let (start, end) = (max(selection.start.milliseconds, day.start), min(selection.end.milliseconds, day.end))
        let found = try await reading(.day(day)) { file async throws(SeriesStoreFailure) in
            try await file.selectHistograms(selection.matchers, from: start, through: end)
        }
        guard let found else { return [] }
        shelf.noteDamagedBlocks(found.damagedBlocks, of: .day(day))
        return found.series
    }

    /// Those with samples that are not added to the summaries yet.
    private func lateSeries(on day: Day, in resolution: Resolution) async throws -> Set<LabelSet> {
        let labels = try await reading(.month(Month(containing: day), resolution)) { file async throws(SeriesStoreFailure) in
            try await file.lateSeries(on: day)
        }
        return Set(labels ?? [])
    }

    private func select(_ selection: SampleSelection, in part: ReadingPlan.Summaries) async throws -> [StoredSeries] {
        try Task.checkCancellation()
        let reader = SummaryReading(resolution: part.resolution, summary: selection.summary)
        guard let matchers = SummaryColumn.matchers(selection.matchers, columns: reader.columns) else { return [] }
        let (start, end) = (
            max(selection.start.milliseconds, part.days.lowerBound.start), min(selection.end.milliseconds, part.days.upperBound.end)
        )
        let last = part.resolution.end(ofStretchWith: end)
        let found = try await reading(part.span) { file async throws(SeriesStoreFailure) in
            try await file.select(matchers, from: start, through: last)
        }
        guard let found else { return [] }
        shelf.noteDamagedBlocks(found.damagedBlocks, of: part.span)
        return reader.samples(of: found.series, in: start...end)
    }
}

extension SeriesStore.OlderSamples {
    /// Throws `SelectionTooLarge`.
    fileprivate mutating func add(_ series: [StoredSeries], limit: Int?, of selection: SampleSelection) throws {
        for one in series {
            found[one.labels, default: StoredSeries(labels: one.labels)].merge(one)
            count += one.count
        }
        if let limit, count > limit { throw SelectionTooLarge(limit: selection.sampleLimit ?? limit) }
    }
}

extension ReadingPlan.Summaries {
    fileprivate var allDays: [Day] { (days.lowerBound.number...days.upperBound.number).map(Day.init(number:)) }
}
