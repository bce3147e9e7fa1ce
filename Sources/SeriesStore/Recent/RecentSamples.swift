import PostwatchModel

/// What is in memory: every sample since `floor`, and every sample that is not in a day file yet. Pure: no clock, no files.
struct RecentSamples: Sendable {
    private struct Series: Sendable {
        let labels: LabelSet
        /// In a day file, and not before `floor`.
        var kept = SampleColumns()
        /// Being written to a day file.
        var flushing = SampleColumns()
        /// Only in the journal.
        var pending = SampleColumns()
        /// The latest time of all samples that ever came in.
        var newest = Int64.min

        var isEmpty: Bool { kept.isEmpty && flushing.isEmpty && pending.isEmpty }

        func value(at timestamp: Int64) -> Double? {
            pending.value(at: timestamp) ?? flushing.value(at: timestamp) ?? kept.value(at: timestamp)
        }
    }

    /// Memory holds all samples at or behind this moment; before it, day files must be asked too. Never moves back.
    private(set) var floor: Int64
    private(set) var intake = SeriesStoreStatus.Intake()
    private(set) var sampleCount = 0
    private(set) var pendingCount = 0
    private var series: [Series] = []
    private var numbers: [LabelSet: Int] = [:]
    private var index = LabelIndex()

    init(floor: Int64) {
        self.floor = floor
    }

    var seriesCount: Int { series.lazy.filter { !$0.isEmpty }.count }

    /// Takes samples in, in order. Of two at one time the first stays.
    mutating func insert(_ samples: [Sample]) {
        var previous: (labels: LabelSet, number: Int)?
        for sample in samples {
            let number: Int
            if let previous, previous.labels == sample.labels {
                number = previous.number
            } else {
                number = self.number(of: sample.labels)
                previous = (sample.labels, number)
            }
            insert(sample.timestamp.milliseconds, sample.value, into: number)
        }
    }

    /// Takes in what a day file holds at or behind `floor`, when the store is opened.
    mutating func restore(_ columns: SeriesColumns) {
        let number = number(of: columns.labels)
        let before = series[number].kept.count
        series[number].kept.merge(SampleColumns(timestamps: columns.timestamps, values: columns.values))
        series[number].newest = max(series[number].newest, columns.timestamps.last ?? .min)
        sampleCount += series[number].kept.count - before
    }

    /// Counts start at zero once the journal is replayed: what it held was counted when it came in.
    mutating func resetIntake() {
        intake = SeriesStoreStatus.Intake()
    }

    /// The samples in `start ... end` of all series that satisfy `matchers`.
    func select(_ matchers: [LabelMatcher], from start: Int64, through end: Int64) -> [SeriesColumns] {
        guard start <= end else { return [] }
        var found: [SeriesColumns] = []
        func visit(_ one: Series) {
            guard !one.isEmpty, matchers.allSatisfy({ $0.matches(one.labels) }) else { return }
            var columns = one.kept.slice(from: start, through: end)
            columns.merge(one.flushing.slice(from: start, through: end))
            columns.merge(one.pending.slice(from: start, through: end))
            guard !columns.isEmpty else { return }
            found.append(SeriesColumns(labels: one.labels, timestamps: columns.timestamps, values: columns.values))
        }
        if let candidates = index.candidates(for: matchers) {
            for number in candidates { visit(series[number]) }
        } else {
            for one in series { visit(one) }
        }
        return found
    }

    // MARK: Flushing

    /// All samples that no day file has yet. They stay readable; `endFlush` says what became of them.
    mutating func beginFlush() -> [SeriesColumns] {
        var columns: [SeriesColumns] = []
        for number in series.indices where !series[number].pending.isEmpty {
            precondition(series[number].flushing.isEmpty, "One flush at a time")
            let flushing = series[number].pending
            series[number].flushing = flushing
            series[number].pending = SampleColumns()
            columns.append(SeriesColumns(labels: series[number].labels, timestamps: flushing.timestamps, values: flushing.values))
        }
        return columns
    }

    /// Of what `beginFlush` gave, day files hold everything before `limit`; the rest is pending again.
    mutating func endFlush(writtenBefore limit: Int64) {
        for number in series.indices where !series[number].flushing.isEmpty {
            let flushing = series[number].flushing
            series[number].flushing = SampleColumns()
            let written = limit == .min ? SampleColumns() : flushing.slice(from: .min, through: limit - 1)
            pendingCount -= written.count
            series[number].kept.merge(written)
            var rest = flushing.slice(from: limit, through: .max)
            rest.merge(series[number].pending)
            series[number].pending = rest
        }
    }

    /// Forgets what is older than `floor` and in a day file.
    mutating func forget(before floor: Int64) {
        let floor = max(floor, self.floor)
        self.floor = floor
        for number in series.indices {
            sampleCount -= series[number].kept.count
            series[number].kept.removeAll(before: floor)
            sampleCount += series[number].kept.count
        }
        dropEmptySeries()
    }

    // MARK: - Private

    private mutating func number(of labels: LabelSet) -> Int {
        if let number = numbers[labels] { return number }
        let number = series.count
        series.append(Series(labels: labels))
        numbers[labels] = number
        index.add(labels, number: number)
        return number
    }

    private mutating func insert(_ timestamp: Int64, _ value: Double, into number: Int) {
        if timestamp <= series[number].newest {
            if let present = series[number].value(at: timestamp) {
                if present.bitPattern == value.bitPattern { intake.duplicates += 1 } else { intake.conflicts += 1 }
                return
            }
            intake.outOfOrder += 1
        } else {
            series[number].newest = timestamp
        }
        series[number].pending.insert(timestamp, value)
        intake.accepted += 1
        sampleCount += 1
        pendingCount += 1
    }

    /// Numbers are given out anew once half of them belong to series that have ended.
    private mutating func dropEmptySeries() {
        let living = seriesCount
        guard series.count > 64, living * 2 < series.count else { return }
        let old = series
        series = []
        numbers = [:]
        index = LabelIndex()
        for one in old where !one.isEmpty {
            let number = number(of: one.labels)
            series[number] = one
        }
    }
}
