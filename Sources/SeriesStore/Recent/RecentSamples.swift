import PostwatchModel

/// What is in memory: every sample since `floor`, and every sample that is not in a day file yet. No clock, no files.
struct RecentSamples: ~Copyable {
    /// Memory holds all samples at or behind this moment; before it, day files must be asked too. Never moves back.
    private(set) var floor: Int64
    var intake = SeriesStoreStatus.Intake()
    /// Native histograms among them, here and below.
    var sampleCount = 0
    var pendingCount = 0
    /// Rises when numbers are given out anew: those from before mean nothing then.
    private(set) var generation = 0
    /// Label bytes and the numbers of their series.
    private var labels = InternTable()
    /// Label bytes that are not canonical, as a sender wrote them, and the series that they stand for.
    private var aliases = InternTable()
    private var aliasedNumbers: ContiguousArray<UInt32> = []
    var slots: ContiguousArray<SeriesSlot> = []
    /// Of the few series that have native histograms.
    var histograms: [UInt32: HistogramSamples] = [:]
    /// Of each series, the one that came after it last time. Senders keep their order, and to compare is cheaper than to look up.
    private var successors: ContiguousArray<UInt32> = []
    private var late: [UInt32: LateSamples] = [:]
    private var index = LabelIndex()
    private var scratch = SampleColumns()
    private var readers = 0
    /// Series that had no sample in memory when memory last forgot.
    private(set) var endedCount = 0
    /// Numbers below this were known then.
    private var knownAtForgetting = 0
    /// By label pair: how many of `endedCount` carry it. Filled when it is asked for.
    private var endedWithLabel: [[UInt8]: Int] = [:]
    var exemplars = ExemplarRing()
    var metadata: MetadataBook

    init(floor: Int64, metadata: MetadataBook = MetadataBook()) {
        self.floor = floor
        self.metadata = metadata
    }

    deinit {
        for slot in slots { slot.release() }
    }

    /// Known series, those without samples in memory among them.
    var knownCount: Int { slots.count }
    /// Series with samples in memory.
    var seriesCount: Int {
        var count = 0
        for number in slots.indices where isLiving(number) { count += 1 }
        return count
    }

    // MARK: - Readers

    /// From now on nothing is forgotten, until `endReading`. Returns the floor.
    mutating func beginReading() -> Int64 {
        readers += 1
        return floor
    }

    mutating func endReading() {
        readers -= 1
    }

    // MARK: - Series

    /// The number of a series that is known by exactly these bytes.
    /// - Parameter previous: the series before it in the same request; 0 for the first.
    @inline(__always)
    mutating func number(ofKnown labelBytes: UnsafeRawBufferPointer, after previous: UInt32) -> UInt32? {
        if Int(previous) < successors.count, labels.isNumber(Int(successors[Int(previous)]), of: labelBytes) {
            return successors[Int(previous)]
        }
        return lookUp(labelBytes, after: previous)
    }

    func isKnown(_ canonical: UnsafeRawBufferPointer) -> Bool {
        labels.number(of: canonical) != nil
    }

    /// The number of the series with these canonical label bytes, which is made when there is none.
    mutating func number(of canonical: UnsafeRawBufferPointer) -> UInt32 {
        let hash = InternTable.hash(canonical)
        if let known = labels.number(of: canonical, hash: hash) { return UInt32(known) }
        let number = labels.add(canonical, hash: hash)
        slots.append(SeriesSlot())
        successors.append(UInt32(number + 1))
        index.add(canonical, number: number)
        return UInt32(number)
    }

    /// From now on `labelBytes`, which are not canonical, are known as the series `number`.
    mutating func addAlias(_ labelBytes: UnsafeRawBufferPointer, of number: UInt32) {
        // A sender that writes the same labels in ever new ways.
        if aliases.count > 2 * slots.count + 1024 {
            aliases = InternTable()
            aliasedNumbers = []
        }
        _ = aliases.add(labelBytes, hash: InternTable.hash(labelBytes))
        aliasedNumbers.append(number)
    }

    /// Whether at least `count` series carry the label, without those that have ended.
    mutating func hasSeries(_ count: Int, with label: LabelBytes.Pair) -> Bool {
        let carriers = index.numbers(of: label.content)
        if carriers.count < count || endedCount == 0 { return carriers.count >= count }
        let key = Array(label.content)
        if let ended = endedWithLabel[key] { return carriers.count - ended >= count }
        var ended = 0
        for number in carriers where number < knownAtForgetting && !isLiving(Int(number)) { ended += 1 }
        endedWithLabel[key] = ended
        return carriers.count - ended >= count
    }

    /// The time of the newest sample of a series, `.min` when it has none.
    func newest(of number: UInt32) -> Int64 {
        let slot = slots[Int(number)]
        return slot.hasHistograms ? max(slot.newest, histograms[number]?.newest ?? .min) : slot.newest
    }

    /// The time of the oldest sample in memory; `nil` when there is none.
    var oldest: Int64? {
        let times = [
            slots.lazy.compactMap(\.oldestTime).min(), late.values.lazy.compactMap(\.oldest).min(),
            histograms.values.lazy.compactMap(\.oldest).min(),
        ]
        return times.compactMap { $0 }.min()
    }

    /// Label bytes of a series: valid until the generation ends.
    func labelBytes(of number: UInt32) -> UnsafeRawBufferPointer {
        labels[Int(number)]
    }

    func metric(of number: UInt32) -> String {
        String(decoding: LabelBytes.metricName(in: labels[Int(number)]), as: UTF8.self)
    }

    /// At once: for callers that nobody waits for.
    mutating func numbers(matching matchers: [LabelMatcher]) -> ContiguousArray<UInt32> {
        index.numbers(matching: matchers)
    }

    mutating func beginSearch(_ matchers: [LabelMatcher]) -> SeriesSearch {
        index.beginSearch(matchers)
    }

    /// Valid until the generation ends.
    func appendValues(of pairs: ArraySlice<UInt32>, to values: inout [UnsafeRawBufferPointer]) {
        index.appendValues(of: pairs, to: &values)
    }

    func numbers(of search: SeriesSearch) -> ContiguousArray<UInt32> {
        index.numbers(of: search)
    }

    func forEachLabelPair(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer, Int) -> Void) {
        index.forEachPair(body)
    }

    // MARK: - Samples

    /// Takes one sample in. Of two at one time the first stays.
    @inline(__always)
    mutating func insert(_ timestamp: Int64, _ value: Double, into number: UInt32) {
        let index = Int(number)
        if timestamp > slots[index].newest, !slots[index].hasHistograms {
            slots[index].append(timestamp, value.bitPattern)
            intake.accepted += 1
            sampleCount += 1
            pendingCount += 1
        } else {
            insertOther(timestamp, value, into: number)
        }
    }

    /// Counts start at zero once the journal is replayed: what it held was counted when it came in.
    mutating func resetIntake() {
        intake = SeriesStoreStatus.Intake()
    }

    /// The samples of a series in `start ... end`; of those before `floor`, only what is in no day file. Chunks may hold more.
    func read(_ number: UInt32, from start: Int64, through end: Int64) -> SampleColumns {
        var columns = SampleColumns()
        let slot = slots[Int(number)]
        slot.read(from: max(start, floor), through: end, into: &columns)
        if start < floor, slot.pendingCount > 0 {
            var pending = SampleColumns()
            slot.readPending(into: &pending)
            pending = pending.slice(from: start, through: min(end, floor - 1))
            pending.merge(columns)
            columns = pending
        }
        if slot.hasLateSamples, let late = late[number] { columns.merge(late.columns(from: start, through: end)) }
        return columns
    }

    /// The same as one more series of `batch`, unless there are no samples. Its native histograms go into `histograms` as they are, to be
    /// unpacked when the lock is released.
    func read(
        _ number: UInt32, from start: Int64, through end: Int64, into batch: inout SampleBatch, histograms: inout RecentHistograms
    ) {
        let first = batch.timestamps.count
        let slot = slots[Int(number)]
        if start >= floor && !slot.hasLateSamples {
            slot.read(from: start, through: end) { timestamp, value in
                batch.timestamps.append(timestamp)
                batch.values.append(value)
            }
        } else {
            let columns = read(number, from: start, through: end)
            batch.timestamps += columns.timestamps
            batch.values += columns.values
        }
        let points = slot.hasHistograms ? histogramColumns(number, from: start, through: end) : nil
        if batch.timestamps.count == first && points == nil { return }
        if let points { histograms.append(points, ofSeries: batch.series.count) }
        batch.series.append(
            SampleBatch.Series(labels: LabelSet(canonical: labels[Int(number)]), samples: first..<batch.timestamps.count))
    }

    /// Takes the samples of a series in `start ... end` out. Returns how many there were.
    mutating func remove(_ number: UInt32, from start: Int64, through end: Int64) -> Int {
        var removed = slots[Int(number)].remove(from: start, through: end)
        if var columns = late[number] {
            let others = columns.remove(from: start, through: end)
            removed = (removed.all + others.all, removed.pending + others.pending)
            setLate(columns, of: number)
        }
        if let others = histograms[number]?.remove(from: start, through: end) {
            removed = (removed.all + others.all, removed.pending + others.pending)
        }
        sampleCount -= removed.all
        pendingCount -= removed.pending
        return removed.all
    }

    // MARK: - Flushing

    /// The series that have samples which are in no day file yet.
    func pendingNumbers() -> [UInt32] {
        slots.indices.filter { slots[$0].pendingCount > 0 || slots[$0].hasLateSamples || hasPendingHistograms($0) }.map(UInt32.init)
    }

    /// Appends what is pending of a series in time order to `columns`, and returns how many those are. What came late is given by
    /// `beginLateFlush`.
    func readPending(_ number: UInt32, into columns: inout SampleColumns) -> UInt32 {
        slots[Int(number)].readPending(into: &columns)
        return slots[Int(number)].pendingCount
    }

    /// What is pending of a series and came late; it stays readable, and `endFlush` says what became of it.
    mutating func beginLateFlush(_ number: UInt32) -> SampleColumns {
        late[number]?.beginFlush() ?? SampleColumns()
    }

    /// The oldest `count` pending samples of a series, and what `beginLateFlush` gave, are in a day file if `isWritten`.
    mutating func endFlush(_ number: UInt32, count: UInt32, isWritten: Bool) {
        if isWritten {
            slots[Int(number)].noteFlushed(count)
            pendingCount -= Int(count)
        }
        if var columns = late[number] {
            let before = columns.pendingCount
            columns.endFlush(isWritten: isWritten)
            pendingCount -= before - columns.pendingCount
            setLate(columns, of: number)
        }
        endHistogramFlush(number, isWritten: isWritten)
    }

    /// Forgets what is older than `floor` and in a day file, chunk by chunk. False when somebody reads: then nothing happens.
    mutating func forget(before floor: Int64) -> Bool {
        guard readers == 0 else { return false }
        self.floor = max(floor, self.floor)
        for number in slots.indices {
            sampleCount -= slots[number].forget(before: self.floor)
            guard slots[number].hasLateSamples, var columns = late[UInt32(number)] else { continue }
            let before = columns.count
            columns.forget(before: self.floor)
            sampleCount -= before - columns.count
            setLate(columns, of: UInt32(number))
        }
        forgetHistograms()
        dropEndedSeries()
        return true
    }

    // MARK: - Private

    private mutating func lookUp(_ labelBytes: UnsafeRawBufferPointer, after previous: UInt32) -> UInt32? {
        let hash = InternTable.hash(labelBytes)
        if let number = labels.number(of: labelBytes, hash: hash) {
            successors[Int(previous)] = UInt32(number)
            return UInt32(number)
        }
        if aliases.count == 0 { return nil }
        return aliases.number(of: labelBytes, hash: hash).map { aliasedNumbers[$0] }
    }

    /// What is not in time order, or of a series that has native histograms as well.
    private mutating func insertOther(_ timestamp: Int64, _ value: Double, into number: UInt32) {
        if slots[Int(number)].hasHistograms, histograms[number]?.histogram(at: timestamp) != nil {
            intake.conflicts += 1
            return
        }
        if timestamp > slots[Int(number)].newest {
            slots[Int(number)].append(timestamp, value.bitPattern)
            intake.accepted += 1
            sampleCount += 1
            pendingCount += 1
            return
        }
        if let present = self.value(at: timestamp, of: number) {
            if present.bitPattern == value.bitPattern { intake.duplicates += 1 } else { intake.conflicts += 1 }
            return
        }
        late[number, default: LateSamples()].insert(timestamp, value)
        slots[Int(number)].hasLateSamples = true
        intake.outOfOrder += 1
        intake.accepted += 1
        sampleCount += 1
        pendingCount += 1
    }

    /// The value that a series has at a moment.
    mutating func value(at timestamp: Int64, of number: UInt32) -> Double? {
        let slot = slots[Int(number)]
        if timestamp > slot.newest { return nil }
        if timestamp == slot.newest, slot.holdsNewest { return Double(bitPattern: slot.newestBits) }
        scratch.removeAll()
        slot.read(from: timestamp, through: timestamp, into: &scratch)
        return scratch.values.first ?? late[number]?.value(at: timestamp)
    }

    /// Whether memory holds a sample of a series.
    func isLiving(_ number: Int) -> Bool {
        let slot = slots[number]
        return !slot.isEmpty || slot.hasLateSamples || (slot.hasHistograms && histograms[UInt32(number)]?.isEmpty == false)
    }

    private mutating func setLate(_ columns: LateSamples, of number: UInt32) {
        late[number] = columns.isEmpty ? nil : columns
        slots[Int(number)].hasLateSamples = !columns.isEmpty
    }

    /// Numbers are given out anew once half of them belong to series that have ended.
    private mutating func dropEndedSeries() {
        let living = seriesCount
        endedCount = slots.count - living
        knownAtForgetting = slots.count
        endedWithLabel = [:]
        guard slots.count > 1024, living * 2 < slots.count else { return }
        var labels = InternTable()
        var index = LabelIndex()
        var slots: ContiguousArray<SeriesSlot> = []
        var late: [UInt32: LateSamples] = [:]
        var histograms: [UInt32: HistogramSamples] = [:]
        for old in self.slots.indices where isLiving(old) {
            let bytes = self.labels[old]
            let number = labels.add(bytes, hash: InternTable.hash(bytes))
            index.add(bytes, number: number)
            slots.append(self.slots[old])
            late[UInt32(number)] = self.late[UInt32(old)]
            histograms[UInt32(number)] = self.histograms[UInt32(old)]
        }
        // Those that stay have moved into the new table; the others hold no buffers.
        self.labels = labels
        self.index = index
        self.slots = slots
        self.late = late
        self.histograms = histograms
        successors = ContiguousArray((0..<slots.count).map { UInt32($0 + 1) })
        aliases = InternTable()
        aliasedNumbers = []
        endedCount = 0
        knownAtForgetting = slots.count
        generation += 1
    }
}
