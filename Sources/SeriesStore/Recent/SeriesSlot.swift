/// What memory holds of one series: compressed samples in time order, the newest ones in an open chunk that grows, older ones in sealed
/// chunks that do not change. A plain value without references: a hundred thousand of them lie side by side.
///
/// Owns its buffers; `release()` must be called once at its end.
struct SeriesSlot {
    /// A sealed chunk: this header, and `length` bytes behind it.
    private struct Sealed {
        /// The one sealed after this one.
        var next: UnsafeMutableRawPointer?
        let first: Int64
        let last: Int64
        let count: UInt32
        let length: UInt32
    }

    /// Two hours at 15 s are two chunks; a query decodes at most this many samples that it does not want.
    private static let samplesPerChunk = 240
    private static let firstCapacity = 32

    private var stream = SampleStream.unused
    private var open: UnsafeMutablePointer<UInt8>?
    private var openUsed: UInt16 = 0
    private var openCapacity: UInt16 = 0
    private var openCount: UInt16 = 0
    /// Has samples out of order, which are kept elsewhere.
    var hasLateSamples = false
    /// Has, or had, native histograms, which are kept elsewhere. Fits into a gap: a series without them is no larger for it.
    var hasHistograms = false
    private var openFirst: Int64 = 0
    private var oldest: UnsafeMutableRawPointer?
    private var youngest: UnsafeMutableRawPointer?
    /// So many of the newest samples are in no day file yet.
    private(set) var pendingCount: UInt32 = 0

    init() {}

    func release() {
        open?.deallocate()
        var chunk = oldest
        while let current = chunk {
            chunk = Self.header(current).pointee.next
            current.deallocate()
        }
    }

    /// The time of the newest sample in order that ever came in; `.min` before the first.
    var newest: Int64 { stream.timestamp }
    /// The time of the oldest sample in memory that came in order; `nil` when there is none.
    var oldestTime: Int64? {
        if let oldest { return Self.header(oldest).pointee.first }
        return openCount > 0 ? openFirst : nil
    }
    var newestBits: UInt64 { stream.valueBits }
    /// The newest sample is the last one of the open chunk: it has neither been sealed nor taken out.
    var holdsNewest: Bool { openCount > 0 }
    var isEmpty: Bool { openCount == 0 && oldest == nil }

    /// Number of samples in memory.
    var count: Int {
        var count = Int(openCount)
        forEachSealed { count += Int($0.pointee.count) }
        return count
    }

    /// `timestamp` must be behind `newest`.
    @inline(__always)
    mutating func append(_ timestamp: Int64, _ bits: UInt64) {
        if openCount == 0 {
            stream = SampleStream()
            openFirst = timestamp
        }
        if Int(openCapacity) - Int(openUsed) < SampleStream.maximumBytesPerSample { grow() }
        guard let open else { preconditionFailure("A grown chunk has a buffer") }
        openUsed = UInt16(stream.append(timestamp, bits, to: open, used: Int(openUsed)))
        openCount += 1
        pendingCount += 1
        if openCount == Self.samplesPerChunk { seal() }
    }

    /// Appends the samples in `start ... end` to `columns`, oldest first.
    func read(from start: Int64, through end: Int64, into columns: inout SampleColumns) {
        read(from: start, through: end) { columns.append($0, $1) }
    }

    /// Gives `body` the samples in `start ... end`, oldest first.
    @inline(__always)
    func read(from start: Int64, through end: Int64, _ body: (Int64, Double) -> Void) {
        guard start <= end else { return }
        var chunk = oldest
        while let current = chunk {
            let header = Self.header(current)
            chunk = header.pointee.next
            guard header.pointee.last >= start, header.pointee.first <= end else { continue }
            Self.read(Self.content(header), count: Int(header.pointee.count), from: start, through: end, body)
        }
        guard let open, openCount > 0, newest >= start, openFirst <= end else { return }
        Self.read(UnsafePointer(open), count: Int(openCount), from: start, through: end, body)
    }

    /// Appends what is in no day file yet.
    func readPending(into columns: inout SampleColumns) {
        var skip = count - Int(pendingCount)
        func take(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
            if skip >= count {
                skip -= count
                return
            }
            SampleStream.forEach(in: bytes, count: count) { timestamp, bits in
                if skip > 0 { skip -= 1 } else { columns.append(timestamp, Double(bitPattern: bits)) }
            }
        }
        forEachSealed { take(Self.content($0), Int($0.pointee.count)) }
        if let open, openCount > 0 { take(UnsafePointer(open), Int(openCount)) }
    }

    /// The oldest `count` of the pending samples are in a day file now.
    mutating func noteFlushed(_ count: UInt32) {
        pendingCount -= count
    }

    /// Gives up chunks that lie wholly before `floor` and hold nothing pending. Returns how many samples are gone.
    mutating func forget(before floor: Int64) -> Int {
        var gone = 0
        var flushed = count - Int(pendingCount)
        while let chunk = oldest, Self.header(chunk).pointee.last < floor, Int(Self.header(chunk).pointee.count) <= flushed {
            let header = Self.header(chunk).pointee
            gone += Int(header.count)
            flushed -= Int(header.count)
            oldest = header.next
            if oldest == nil { youngest = nil }
            chunk.deallocate()
        }
        if oldest == nil, openCount > 0, newest < floor, pendingCount == 0 {
            gone += Int(openCount)
            dropOpen()
        }
        return gone
    }

    /// Takes out the samples in `start ... end`. Returns how many those were, and how many of them were pending.
    mutating func remove(from start: Int64, through end: Int64) -> (all: Int, pending: Int) {
        var all = SampleColumns()
        read(from: .min, through: .max, into: &all)
        let flushed = all.count - Int(pendingCount)
        let (newest, newestBits) = (newest, newestBits)
        var removed = (all: 0, pending: 0)
        var kept = SeriesSlot()
        for index in 0..<all.count {
            let isPending = index >= flushed
            if (start...end).contains(all.timestamps[index]) {
                removed.all += 1
                if isPending { removed.pending += 1 }
            } else {
                kept.append(all.timestamps[index], all.values[index].bitPattern)
            }
        }
        if removed.all == 0 {
            kept.release()
            return removed
        }
        kept.pendingCount = pendingCount - UInt32(removed.pending)
        kept.hasLateSamples = hasLateSamples
        kept.hasHistograms = hasHistograms
        // The next sample starts a chunk of its own, so that the order is still measured by the newest one that ever came in.
        kept.seal()
        kept.stream = SampleStream.resting(at: newest, newestBits)
        release()
        self = kept
        return removed
    }

    // MARK: - Private

    private static func header(_ chunk: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Sealed> {
        chunk.assumingMemoryBound(to: Sealed.self)
    }

    private static func content(_ header: UnsafeMutablePointer<Sealed>) -> UnsafePointer<UInt8> {
        UnsafeRawPointer(header + 1).assumingMemoryBound(to: UInt8.self)
    }

    private func forEachSealed(_ body: (UnsafeMutablePointer<Sealed>) -> Void) {
        var chunk = oldest
        while let current = chunk {
            body(Self.header(current))
            chunk = Self.header(current).pointee.next
        }
    }

    @inline(__always)
    private static func read(
        _ bytes: UnsafePointer<UInt8>, count: Int, from start: Int64, through end: Int64, _ body: (Int64, Double) -> Void
    ) {
        SampleStream.forEach(in: bytes, count: count) { timestamp, bits in
            if timestamp >= start && timestamp <= end { body(timestamp, Double(bitPattern: bits)) }
        }
    }

    private mutating func grow() {
        let capacity = openCapacity == 0 ? Self.firstCapacity : Int(openCapacity) + max(32, Int(openCapacity) / 2)
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        if let open {
            grown.update(from: open, count: Int(openUsed))
            open.deallocate()
        }
        open = grown
        openCapacity = UInt16(capacity)
    }

    private mutating func seal() {
        guard let open, openCount > 0 else { return }
        let size = MemoryLayout<Sealed>.size + Int(openUsed)
        let chunk = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: MemoryLayout<Sealed>.alignment)
        Self.header(chunk).initialize(
            to: Sealed(next: nil, first: openFirst, last: newest, count: UInt32(openCount), length: UInt32(openUsed)))
        UnsafeMutableRawPointer(Self.header(chunk) + 1).copyMemory(from: open, byteCount: Int(openUsed))
        if let youngest { Self.header(youngest).pointee.next = chunk } else { oldest = chunk }
        youngest = chunk
        dropOpen()
    }

    /// The stream keeps the newest time and value: the order of what comes next is measured by them.
    private mutating func dropOpen() {
        open?.deallocate()
        open = nil
        openUsed = 0
        openCapacity = 0
        openCount = 0
    }
}
