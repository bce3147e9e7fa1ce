import PostwatchModel

/// Samples of one series as a compact blob that goes into a day file. The layout is in `docs/formats/series-day-file.md`.
///
/// Both columns are looked at as a whole before they are written: regular times cost nothing, values with few decimals become whole
/// numbers, and those are packed in as few bits as their differences need. What is left of patterns is for the compressor of the block.
enum Chunk {
    /// A chunk never holds more; a larger number in a file is damage.
    static let maximumSamples = 1 << 14

    /// Adds one chunk to `bytes`.
    /// - Parameters:
    ///   - timestamps: milliseconds, strictly rising, 1 to `maximumSamples` of them.
    ///   - values: as many as timestamps. Every bit is kept.
    static func append(timestamps: UnsafeBufferPointer<Int64>, values: UnsafeBufferPointer<Double>, to bytes: inout [UInt8]) {
        precondition(timestamps.count == values.count && (1...maximumSamples).contains(timestamps.count))
        Varint.append(UInt64(timestamps.count), to: &bytes)
        ChunkTimes.append(timestamps, to: &bytes)
        ChunkValues.append(values, to: &bytes)
    }

    /// Replaces the content of `columns` with the chunk. `false` when the bytes are not a chunk, to the last one.
    static func decode(_ bytes: UnsafeRawBufferPointer, into columns: inout SampleColumns) -> Bool {
        var reader = BlobReader(bytes)
        guard let count = reader.count(upTo: maximumSamples), count > 0, let timestamps = ChunkTimes.read(count, from: &reader),
            let values = ChunkValues.read(count, from: &reader), reader.remaining == 0
        else { return false }
        columns = SampleColumns(timestamps: timestamps, values: values)
        return true
    }
}
