import PostwatchModel

/// Gathers the chunks of neighbouring series until they are worth a row of their own.
struct BlockBuilder {
    /// A block is full at this many bytes of chunks: large enough that neighbours compress together and rows are few, small enough that a
    /// query for one series decompresses it in a tenth of a millisecond.
    static let chunkBytesWhenFull = 64 << 10
    /// A block is full at this many bytes of label columns: bounds what a query decompresses to find out that nothing matches.
    static let labelBytesWhenFull = 256 << 10
    /// The same for blocks of very short chunks.
    static let seriesWhenFull = 2048
    /// A query that wants one sample decodes at most this many.
    static let samplesPerChunk = 1024

    private var labels = LabelColumnsBuilder()
    private var chunkCounts: [Int] = []
    private var sampleCounts: [UInt8] = []
    private var firsts: [UInt8] = []
    private var spans: [UInt8] = []
    private var lengths: [UInt8] = []
    private var chunks: [UInt8] = []
    private var chunkCount = 0
    private var previousFirst: Int64 = 0
    private var samples = 0
    private var first = Int64.max
    private var last = Int64.min
    private var firstMetric: [UInt8] = []
    private var lastMetric: [UInt8] = []

    var isEmpty: Bool { labels.count == 0 }
    var isFull: Bool {
        chunks.count >= Self.chunkBytesWhenFull || labels.byteCount >= Self.labelBytesWhenFull || labels.count >= Self.seriesWhenFull
    }

    /// The chunks that follow are of this series. At least one must follow.
    mutating func beginSeries(_ labels: UnsafeRawBufferPointer) {
        let metric = LabelBytes.metricName(in: labels)
        if isEmpty { firstMetric = Array(metric) }
        if isEmpty || !lastMetric.withUnsafeBytes({ LabelBytes.areEqual($0, metric) }) { lastMetric = Array(metric) }
        self.labels.append(labels)
        chunkCounts.append(0)
    }

    /// Encodes one chunk of up to `samplesPerChunk` samples.
    mutating func append(timestamps: UnsafeBufferPointer<Int64>, values: UnsafeBufferPointer<Double>) {
        precondition(!timestamps.isEmpty && timestamps.count <= Self.samplesPerChunk && timestamps.count == values.count)
        let start = chunks.count
        Chunk.append(timestamps: timestamps, values: values, to: &chunks)
        note(
            samples: timestamps.count, first: timestamps[0], last: timestamps[timestamps.count - 1], length: chunks.count - start)
    }

    /// Takes over a chunk that is encoded already.
    mutating func append(_ chunk: BlockChunks.Entry, bytes: UnsafeRawBufferPointer) {
        chunks.append(contentsOf: bytes)
        note(samples: chunk.samples, first: chunk.first, last: chunk.last, length: bytes.count)
    }

    /// The block as a row; leaves the builder empty.
    mutating func seal(run: Int64, level: Int, with compressor: ZstandardCompressor) -> BlockRow {
        precondition(!isEmpty && !chunkCounts.contains(0))
        var content: [UInt8] = []
        content.reserveCapacity(chunks.count + lengths.count * 4 + 64)
        Varint.append(UInt64(chunkCount), to: &content)
        for count in chunkCounts { Varint.append(UInt64(count), to: &content) }
        content += sampleCounts
        content += firsts
        content += spans
        content += lengths
        content += chunks
        let row = BlockRow(
            run: run, level: level, first: first, last: last, firstMetric: firstMetric, lastMetric: lastMetric, series: labels.count,
            samples: samples, labels: SealedBlob.seal(labels.content(), as: .labels, with: compressor),
            data: SealedBlob.seal(content, as: .chunks, with: compressor))
        removeAll()
        return row
    }

    // MARK: - Private

    private mutating func note(samples: Int, first: Int64, last: Int64, length: Int) {
        Varint.append(UInt64(samples), to: &sampleCounts)
        Varint.append(signed: first &- previousFirst, to: &firsts)
        Varint.append(UInt64(bitPattern: last &- first), to: &spans)
        Varint.append(UInt64(length), to: &lengths)
        previousFirst = first
        self.samples += samples
        self.first = min(self.first, first)
        self.last = max(self.last, last)
        chunkCounts[chunkCounts.count - 1] += 1
        chunkCount += 1
    }

    private mutating func removeAll() {
        var chunks = chunks
        chunks.removeAll(keepingCapacity: true)
        self = BlockBuilder()
        self.chunks = chunks
    }
}

extension BlockBuilder {
    mutating func append(_ chunk: SampleColumns) {
        chunk.timestamps.withUnsafeBufferPointer { timestamps in
            chunk.values.withUnsafeBufferPointer { append(timestamps: timestamps, values: $0) }
        }
    }
}
