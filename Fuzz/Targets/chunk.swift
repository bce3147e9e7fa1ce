// fuzz: header Sources/CRE2/include
// fuzz: cxx Sources/CRE2/CRE2.cpp
// fuzz: link re2
// fuzz: module PostwatchModel Sources/PostwatchModel
// fuzz: module Chunks Sources/SeriesStore/Chunks Sources/SeriesStore/Recent/SampleColumns.swift Sources/SeriesStore/DayFiles/Varint.swift Sources/SeriesStore/DayFiles/BlobReader.swift
@testable import Chunks

/// The decoder of chunks. What it takes for a chunk has rising times, and is the same once it was written and read again.
enum FuzzTarget: Fuzzing {
    static let seeds: [[UInt8]] = [
        [],
        encoded([(0, 1), (1, .nan), (2, -0.0), (3, 5), (4, .infinity)]),
        encoded([(-1, 1)]),
        encoded(40) { (step: Int64) -> (Int64, Double) in (step * 15_000, 7) },
        encoded(300) { (step: Int64) -> (Int64, Double) in (step * 15_000, Double(step * 13 % 100)) },
        encoded(300) { (step: Int64) -> (Int64, Double) in (step * 15_000 + step % 3, Double(step / 9) / 100) },
        encoded(300) { (step: Int64) -> (Int64, Double) in (step * 15_000, Double(step * step) * 4096) },
        encoded(20) { (step: Int64) -> (Int64, Double) in (step * 15_000, 1 / Double(step + 1)) },
    ]

    static func run(_ input: UnsafeRawBufferPointer) {
        var columns = SampleColumns()
        guard Chunk.decode(input, into: &columns) else { return }
        precondition(!columns.isEmpty && columns.timestamps.count == columns.values.count)
        precondition(zip(columns.timestamps, columns.timestamps.dropFirst()).allSatisfy(<))
        var again = SampleColumns()
        let isChunk = encoded(columns).withUnsafeBytes { Chunk.decode($0, into: &again) }
        precondition(isChunk && again.timestamps == columns.timestamps)
        precondition(again.values.map(\.bitPattern) == columns.values.map(\.bitPattern))
    }

    // MARK: - Private

    private static func encoded(_ count: Int64, _ sample: (Int64) -> (Int64, Double)) -> [UInt8] {
        encoded((0..<count).map(sample))
    }

    private static func encoded(_ samples: [(Int64, Double)]) -> [UInt8] {
        encoded(SampleColumns(timestamps: samples.map(\.0), values: samples.map(\.1)))
    }

    private static func encoded(_ columns: SampleColumns) -> [UInt8] {
        var bytes: [UInt8] = []
        columns.timestamps.withUnsafeBufferPointer { timestamps in
            columns.values.withUnsafeBufferPointer { Chunk.append(timestamps: timestamps, values: $0, to: &bytes) }
        }
        return bytes
    }
}
