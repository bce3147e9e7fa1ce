import PostwatchModel

/// Sums old days up, a bounded part at a time.
///
/// Each resolution goes its own way through a day, which its month file remembers. Late samples are told to the month file before they are
/// written, and their series are summed up again. Once a day file is gone, late samples make a new one; they are added to the summaries
/// when that one is older than the retention.
extension SeriesUpkeep {
    /// What is in the buffers of senders that were cut off is mostly there by then; what comes later costs more, and is not lost.
    private static let settlingTime = Duration.seconds(2 * 3600)
    /// However long samples may come out of order, a day is summed up before the next one is.
    private static let longestSettlingTime = Duration.seconds(86_400)

    /// True when nothing is left to sum up for now.
    func sumUp(
        now: Timestamp, configuration: StorageConfiguration, pace: SummingPace = SummingPace()
    ) throws(SeriesStoreFailure) -> Bool {
        self.pace = pace
        forgetWhatIsOutdated()
        let settling = min(Self.settlingTime + (configuration.outOfOrderWindow ?? .zero), Self.longestSettlingTime)
        let end = (now - settling).milliseconds
        let days = shelf.days
        let expired = Set(ExpiredFiles.of(days, now: now.milliseconds, retention: configuration.retention.wholeMilliseconds))
        var parts = pace.parts
        var failure: SeriesStoreFailure?
        var isFull = false
        for day in days where day.end < end && !summedDays.contains(day) {
            let resolutions = configuration.downsampling.keys.sorted().filter {
                !isExpired(.month(Month(containing: day), $0), now: now, configuration: configuration)
            }
            do throws(SeriesStoreFailure) {
                // What a flush will write once more must not be added to summaries yet: it would be counted twice.
                while try sumUpPart(of: day, in: resolutions, isExpired: expired.contains(day) && isFlushSettled) {
                    parts -= 1
                    if parts == 0 {
                        isShortOfSpace = false
                        return false
                    }
                }
            } catch {
                // One day that cannot be summed up must not keep the others from it.
                failure = failure ?? error
                if case .diskFull = error { isFull = true }
            }
        }
        isShortOfSpace = isFull
        if let failure { throw failure }
        return true
    }

    /// Whether nothing would be lost with a day file.
    func isRemovable(_ day: Day, now: Timestamp, configuration: StorageConfiguration) throws(SeriesStoreFailure) -> Bool {
        forgetWhatIsOutdated()
        if shelf.foreignFiles.contains(day.fileName) { return true }
        for resolution in configuration.downsampling.keys.sorted() {
            let span = StoredSpan.month(Month(containing: day), resolution)
            if isExpired(span, now: now, configuration: configuration) { continue }
            guard try ledger(of: span)[day]?.isSettled ?? false else { return false }
        }
        return true
    }

    /// Whether a month file is older than it has to be kept. Those of resolutions that are not configured any more stay.
    func isExpired(_ span: StoredSpan, now: Timestamp, configuration: StorageConfiguration) -> Bool {
        guard case .month(_, let resolution) = span, let kept = configuration.downsampling[resolution],
            let believed = ExpiredFiles.believedNow(now.milliseconds, shelf.days)
        else { return false }
        return span.end < believed - kept.wholeMilliseconds
    }

    /// Whether a month file knows the day.
    func isBegun(_ day: Day) throws(SeriesStoreFailure) -> Bool {
        forgetWhatIsOutdated()
        for resolution in Resolution.allCases where try ledger(of: .month(Month(containing: day), resolution))[day] != nil { return true }
        return false
    }

    /// Ends what a crash interrupted: what is added must not be added again together with what is written next.
    func finishAdding(on day: Day) throws(SeriesStoreFailure) {
        forgetWhatIsOutdated()
        for resolution in Resolution.allCases {
            guard try ledger(of: .month(Month(containing: day), resolution))[day]?.state == .adding else { continue }
            while try addPart(of: day) {}
            return
        }
    }

    // MARK: - Private

    /// Does one part of what there is to do; false when there is nothing.
    private func sumUpPart(of day: Day, in resolutions: [Resolution], isExpired: Bool) throws(SeriesStoreFailure) -> Bool {
        var entries: [Resolution: SummaryLedger.Entry] = [:]
        for resolution in Resolution.allCases { entries[resolution] = try ledger(of: .month(Month(containing: day), resolution))[day] }
        let unfinished = resolutions.filter { entries[$0]?.state ?? .underWay == .underWay }
        if let first = unfinished.first {
            let alike = unfinished.filter { entries[$0] == entries[first] }
            return try sumUpNext(of: day, in: alike, behind: entries[first])
        }
        if shelf.swaps.isHeld { return false }
        for (resolution, entry) in entries.sorted(by: { $0.key < $1.key }) where entry.state == .whole && entry.isLate {
            return try sumUpLate(on: day, in: resolution, entry)
        }
        if isExpired, entries.values.contains(where: { $0.isAlone && !$0.isSettled }) { return try addPart(of: day) }
        let isWaiting = entries.values.contains { $0.isAlone && $0.isLate }
        if !isWaiting { summedDays.insert(day) }
        return false
    }

    /// The next series of a day. False when its file is gone or cannot be read by this release.
    private func sumUpNext(
        of day: Day, in resolutions: [Resolution], behind entry: SummaryLedger.Entry?
    ) throws(SeriesStoreFailure) -> Bool {
        let progress = entry?.progress.map { LabelSet(canonical: $0) }
        let part = try summary(of: day) { file throws(SeriesStoreFailure) in
            try DaySummary(of: file, behind: progress, pace: pace)
        }
        guard let part else {
            summedDays.insert(day)
            return false
        }
        for resolution in resolutions {
            try write(part.summaries(in: resolution), of: day, in: resolution, replacing: false, before: entry) { ledger in
                try ledger.set(day, part.isLast ? .whole : .underWay, progress: part.isLast ? nil : part.series.last?.labels)
            }
        }
        if part.isLast { logger.info("Summed up a day", metadata: ["file": "\(day.fileName)"]) }
        return true
    }

    /// The same for series with late samples.
    private func sumUpLate(on day: Day, in resolution: Resolution, _ entry: SummaryLedger.Entry) throws(SeriesStoreFailure) -> Bool {
        let labels = try lateSeries(on: day, in: resolution)
        let part = try summary(of: day) { file throws(SeriesStoreFailure) in try DaySummary(of: file, series: labels) }
        guard let part else {
            summedDays.insert(day)
            return false
        }
        try shelf.swaps.during { () throws(SeriesStoreFailure) in
            try write(part.summaries(in: resolution), of: day, in: resolution, replacing: true, before: entry) { ledger in
                try ledger.removeLate(labels, on: day)
            }
        }
        return true
    }

    /// Adds what came after the day file was gone, some series at a time; deletes the file with it once all is added. False when it is.
    private func addPart(of day: Day) throws(SeriesStoreFailure) -> Bool {
        if shelf.foreignFiles.contains(day.fileName) {
            summedDays.insert(day)
            return false
        }
        for resolution in Resolution.allCases {
            let span = StoredSpan.month(Month(containing: day), resolution)
            guard let entry = try ledger(of: span)[day], entry.isAlone, entry.isLate else { continue }
            let labels = try lateSeries(on: day, in: resolution)
            guard let part = try summary(of: day, { file throws(SeriesStoreFailure) in try DaySummary(of: file, series: labels) })
            else { break }
            var known: [LabelSet: SummaryColumns] = [:]
            try shelf.withExistingFile(of: span) { file throws(SeriesStoreFailure) in
                known = try file.summaries(of: labels, in: day.start...day.end, resolution)
            }
            let sums = part.summaries(in: resolution).map { labels, columns in
                (labels, known[labels].map { $0.adding(columns, in: resolution) } ?? columns)
            }
            try shelf.swaps.during { () throws(SeriesStoreFailure) in
                try write(sums, of: day, in: resolution, replacing: true, before: entry) { ledger in
                    try ledger.removeLate(labels, on: day)
                    try ledger.set(day, .adding)
                }
            }
            return true
        }
        try remove(.day(day))
        return false
    }

    private func summary(
        of day: Day, _ make: (DayFile) throws(SeriesStoreFailure) -> DaySummary
    ) throws(SeriesStoreFailure) -> DaySummary? {
        var part: DaySummary?
        try shelf.withExistingFile(of: .day(day)) { file throws(SeriesStoreFailure) in part = try make(file) }
        guard var part else { return nil }
        shelf.noteDamagedBlocks(part.damagedBlocks, of: .day(day))
        try shelf.withExistingFile(of: .day(Day(number: day.number - 1))) { file throws(SeriesStoreFailure) in
            try part.notePrevious(from: file)
        }
        return part
    }

    private func lateSeries(on day: Day, in resolution: Resolution) throws(SeriesStoreFailure) -> [LabelSet] {
        var labels: [LabelSet] = []
        try shelf.withExistingFile(of: .month(Month(containing: day), resolution)) { file throws(SeriesStoreFailure) in
            labels = try file.lateSeries(on: day, limit: pace.lateSeriesAtOnce)
        }
        return labels
    }

    private func write(
        _ summaries: [(LabelSet, SummaryColumns)], of day: Day, in resolution: Resolution, replacing: Bool,
        before entry: SummaryLedger.Entry?, _ note: (SummaryLedger) throws -> Void
    ) throws(SeriesStoreFailure) {
        let span = StoredSpan.month(Month(containing: day), resolution)
        unsettle(span)
        try shelf.withFile(of: span) { file throws(SeriesStoreFailure) in
            try file.write(summaries, of: day, replacing: replacing, before: entry, note)
        }
    }

    private func ledger(of span: StoredSpan) throws(SeriesStoreFailure) -> [Day: SummaryLedger.Entry] {
        if let known = ledgers[span] { return known }
        var entries: [Day: SummaryLedger.Entry] = [:]
        try shelf.withExistingFile(of: span) { file throws(SeriesStoreFailure) in entries = try file.ledger() }
        ledgers[span] = entries
        return entries
    }

    /// A query may have set a file aside.
    private func forgetWhatIsOutdated() {
        let count = shelf.damagedFiles.count + shelf.foreignFiles.count
        if count == setAsideFiles { return }
        setAsideFiles = count
        summedDays = []
        ledgers = [:]
    }
}
