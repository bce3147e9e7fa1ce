import PostwatchModel

@testable import SeriesStore

/// Two hours of 10,000 series as chunks of a day file, and as the stream in memory.
struct ChunkBenchmarks {
    let load: HostLoad

    func run(into report: inout Report) throws {
        let what = "\(load.seriesCount) series × \(load.steps)"
        let columns = (0..<load.seriesCount).map(load.columns)
        var chunks: [[UInt8]] = []
        report.measure("chunk: encode", .nanosecondsPerSample, count: load.sampleCount, of: what) {
            chunks = columns.map(Self.chunk)
        }
        let bytes = chunks.reduce(0) { $0 + $1.count }
        report.add("chunk: size before the block is compressed", .bytesPerSample, [Double(bytes) / Double(load.sampleCount)], of: what)
        report.measure("chunk: decode", .nanosecondsPerSample, count: load.sampleCount, of: what) {
            var decoded = SampleColumns()
            for chunk in chunks {
                let isSound = chunk.withUnsafeBytes { Chunk.decode($0, into: &decoded) }
                precondition(isSound && decoded.count == load.steps, "What was encoded is decoded")
            }
        }
        let memory = SharedRecentSamples(RecentSamples(floor: 0))
        for (labels, columns) in zip(load.labels, columns) { Self.insert(columns, of: labels, into: memory) }
        report.measure("memory: decode the stream of a series", .nanosecondsPerSample, count: load.sampleCount, of: what) {
            for number in 0..<UInt32(load.seriesCount) {
                let count = memory.withLock { $0.read(number, from: .min, through: .max).count }
                precondition(count == load.steps, "What was inserted is read")
            }
        }
    }

    // MARK: - Private

    private static func chunk(_ columns: SampleColumns) -> [UInt8] {
        var bytes: [UInt8] = []
        columns.timestamps.withUnsafeBufferPointer { timestamps in
            columns.values.withUnsafeBufferPointer { Chunk.append(timestamps: timestamps, values: $0, to: &bytes) }
        }
        return bytes
    }

    private static func insert(_ columns: SampleColumns, of labels: LabelSet, into memory: SharedRecentSamples) {
        memory.withLock { recent in
            let number = labels.bytes.withUnsafeBytes { recent.number(of: $0) }
            for index in 0..<columns.count { recent.insert(columns.timestamps[index], columns.values[index], into: number) }
        }
    }
}
