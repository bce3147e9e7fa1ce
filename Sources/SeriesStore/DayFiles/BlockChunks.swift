/// The chunks of a block, read from the content of its data blob. The layout is in `docs/formats/series-day-file.md`.
struct BlockChunks {
    /// What is known of a chunk without decoding it.
    struct Entry: Hashable {
        var samples: Int
        var first: Int64
        var last: Int64
        /// Where its bytes stand in the content.
        fileprivate(set) var range: Range<Int>
    }

    private let content: [UInt8]
    private let entries: [Entry]
    /// For each series the number of the first chunk that is no longer its own.
    private let ends: [Int]

    /// - Parameter series: how many series the block has.
    /// `nil` when the content makes no sense.
    init?(_ content: [UInt8], series: Int) {
        let parsed = content.withUnsafeBytes { bytes -> ([Entry], [Int])? in
            var reader = BlobReader(bytes)
            guard let count = reader.count(upTo: reader.remaining), let ends = Self.ends(series: series, chunks: count, &reader)
            else { return nil }
            return Self.entries(count, &reader).map { ($0, ends) }
        }
        guard let parsed else { return nil }
        (entries, ends) = parsed
        self.content = content
    }

    /// All chunks of a series, in the order in which they were written.
    func entries(ofSeries index: Int) -> ArraySlice<Entry> {
        entries[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    func withBytes<Result>(of entry: Entry, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try content.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[entry.range])) }
    }

    /// The samples of a chunk; `nil` when it is not what `entry` says.
    func samples(of entry: Entry) -> SampleColumns? {
        var columns = SampleColumns()
        guard withBytes(of: entry, { Chunk.decode($0, into: &columns) }), columns.count == entry.samples,
            columns.timestamps.first == entry.first, columns.timestamps.last == entry.last
        else { return nil }
        return columns
    }

    /// Whether every chunk decodes to what its entry says.
    var isSound: Bool { entries.allSatisfy { samples(of: $0) != nil } }

    var sampleCount: Int { entries.reduce(0) { $0 + $1.samples } }

    /// The times of the first and the last sample.
    var span: ClosedRange<Int64>? {
        guard let first = entries.map(\.first).min(), let last = entries.map(\.last).max() else { return nil }
        return first...last
    }

    // MARK: - Private

    private static func ends(series: Int, chunks: Int, _ reader: inout BlobReader) -> [Int]? {
        var ends: [Int] = []
        ends.reserveCapacity(series)
        var end = 0
        for _ in 0..<series {
            guard let count = reader.count(upTo: chunks - end), count > 0 else { return nil }
            end += count
            ends.append(end)
        }
        return end == chunks ? ends : nil
    }

    private static func entries(_ count: Int, _ reader: inout BlobReader) -> [Entry]? {
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        for _ in 0..<count {
            guard let samples = reader.count(upTo: BlockBuilder.samplesPerChunk), samples > 0 else { return nil }
            entries.append(Entry(samples: samples, first: 0, last: 0, range: 0..<0))
        }
        var first: Int64 = 0
        for index in 0..<count {
            guard let difference = reader.signed() else { return nil }
            first &+= difference
            entries[index].first = first
        }
        for index in 0..<count {
            guard let span = reader.varint() else { return nil }
            entries[index].last = entries[index].first &+ Int64(bitPattern: span)
            guard entries[index].last >= entries[index].first else { return nil }
        }
        var start = 0
        for index in 0..<count {
            guard let length = reader.count(upTo: reader.remaining) else { return nil }
            entries[index].range = start..<(start + length)
            start += length
        }
        guard start == reader.remaining else { return nil }
        for index in 0..<count {
            entries[index].range = (entries[index].range.lowerBound + reader.offset)..<(entries[index].range.upperBound + reader.offset)
        }
        return entries
    }
}
