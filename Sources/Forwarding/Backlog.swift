import PostwatchRuntime

/// What the buffer holds, oldest first, and where sending stands. Pure: the records themselves are on disk.
struct Backlog: Sendable {
    struct Entry: Hashable, Sendable {
        let position: JournalPosition
        let samples: Int
        /// Size of the record's payload.
        let bytes: Int
    }

    /// A request grows to about this many samples when there is something to catch up with: Prometheus' `max_samples_per_send`.
    static let samplesPerRequest = 2000
    /// And to no more bytes than this: reports are longer than samples, and a server takes no body of any size.
    static let bytesPerRequest = 2 << 20

    private var entries: [Entry] = []
    /// Entries before this index are done; they are removed now and then, not one by one.
    private var head = 0
    private(set) var samples = 0
    private(set) var bytes = 0
    /// After a refusal records are sent one by one up to here, so that one bad record does not take others with it.
    private var isolatedThrough: JournalPosition?

    var isEmpty: Bool { head == entries.count }

    /// The segment of the oldest record that is not done; `nil` when everything is.
    var oldestSegment: Int? { isEmpty ? nil : entries[head].position.segment }

    mutating func add(_ entry: Entry) {
        entries.append(entry)
        samples += entry.samples
        bytes += entry.bytes
    }

    /// The oldest records, as many as fit into one request; at least one unless the backlog is empty.
    func nextBatch() -> [Entry] {
        guard !isEmpty else { return [] }
        if let isolatedThrough, entries[head].position <= isolatedThrough { return [entries[head]] }
        var batch: [Entry] = []
        var (count, bytes) = (0, 0)
        for entry in entries[head...] {
            count += entry.samples
            bytes += entry.bytes
            if !batch.isEmpty && (count > Self.samplesPerRequest || bytes > Self.bytesPerRequest) { break }
            batch.append(entry)
        }
        return batch
    }

    /// Everything up to `position` is done. Returns how many samples that are: fewer than were sent when some were dropped meanwhile.
    @discardableResult
    mutating func finish(through position: JournalPosition) -> Int {
        let before = samples
        while !isEmpty && entries[head].position <= position { removeFirst() }
        return before - samples
    }

    /// Whether `entry` is neither done nor dropped.
    func holds(_ entry: Entry) -> Bool {
        !isEmpty && entries[head].position <= entry.position
    }

    /// The receiver refused a request of several records: they are tried one by one.
    mutating func isolate(through position: JournalPosition) {
        isolatedThrough = position
    }

    /// Gives up the records of the oldest segment. Returns how many samples that costs.
    mutating func dropOldestSegment() -> Int {
        guard let segment = oldestSegment else { return 0 }
        let before = samples
        while !isEmpty && entries[head].position.segment == segment { removeFirst() }
        return before - samples
    }

    // MARK: - Private

    private mutating func removeFirst() {
        samples -= entries[head].samples
        bytes -= entries[head].bytes
        head += 1
        if head > 1024 && head * 2 > entries.count {
            entries.removeFirst(head)
            head = 0
        }
    }
}
