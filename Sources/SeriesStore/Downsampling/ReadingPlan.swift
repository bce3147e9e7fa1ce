import PostwatchModel

/// Which files answer for which days. Pure.
struct ReadingPlan: Hashable, Sendable {
    /// Days that follow each other, all of one month.
    struct Summaries: Hashable, Sendable {
        var resolution: Resolution
        var days: ClosedRange<Day>
        var span: StoredSpan { .month(Month(containing: days.lowerBound), resolution) }
    }

    /// Those whose day file is read.
    private(set) var days: [Day] = []
    private(set) var summaries: [Summaries] = []
    /// Days whose file is read as well, for series with late samples that are not in these summaries yet.
    private(set) var lateDays: [Day: Resolution] = [:]

    /// - Parameters:
    ///   - days: those that have a file.
    ///   - ledgers: what month files say of their days.
    ///   - coarseness: stretches of up to so many milliseconds are welcome.
    ///   - floor: memory has all samples from here on; only days before it are asked for.
    init(days: Set<Day>, ledgers: [Resolution: [Day: SummaryLedger.Entry]], coarseness: Int64, floor: Int64) {
        let known = ledgers.values.reduce(into: days) { $0.formUnion($1.keys) }
        for day in known.sorted() where day.start < floor {
            let entries = ledgers.compactMapValues { $0[day] }
            let hasFile = days.contains(day)
            let isAlone = !hasFile || entries.values.contains(where: \.isAlone)
            let available = entries.filter { !hasFile || $0.value.isReadable }.keys.sorted()
            // Where memory has a part of the day, a summary could count the same samples again.
            let welcome = day.end < floor ? available.last { $0.milliseconds <= coarseness } : nil
            guard let resolution = welcome ?? (isAlone ? available.first : nil) else {
                if hasFile { self.days.append(day) }
                continue
            }
            add(day, resolution)
            // The file of a day that has only its summaries holds what came later.
            if hasFile, isAlone, entries[resolution]?.isLate ?? false { lateDays[day] = resolution }
        }
    }

    /// Stretches of summaries inside of `range`.
    func coarseStretches(in range: ClosedRange<Int64>) -> [SampleBatch.CoarseStretch] {
        var stretches: [SampleBatch.CoarseStretch] = []
        for part in summaries {
            let (start, end) = (max(part.days.lowerBound.start, range.lowerBound), min(part.days.upperBound.end, range.upperBound))
            guard start <= end else { continue }
            if let last = stretches.last, last.spacing == part.resolution.milliseconds, last.range.upperBound + 1 == start {
                stretches[stretches.count - 1].range = last.range.lowerBound...end
            } else {
                stretches.append(SampleBatch.CoarseStretch(range: start...end, spacing: part.resolution.milliseconds))
            }
        }
        return stretches
    }

    // MARK: - Private

    private mutating func add(_ day: Day, _ resolution: Resolution) {
        if let last = summaries.last, last.resolution == resolution, last.days.upperBound.number + 1 == day.number,
            Month(containing: day) == Month(containing: last.days.lowerBound)
        {
            summaries[summaries.count - 1].days = last.days.lowerBound...day
        } else {
            summaries.append(Summaries(resolution: resolution, days: day...day))
        }
    }
}
