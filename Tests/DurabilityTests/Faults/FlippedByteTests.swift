import Foundation
import Logging
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import SeriesStore

/// One flipped byte in a file of a store, at many places. In process, since it takes hundreds.
@Suite("The series store, with one byte flipped")
struct FlippedByteTests {
    enum Kept: String, CaseIterable, CustomTestStringConvertible {
        case inDayFiles, inTheJournal
        var testDescription: String { rawValue }
    }

    private static let places = 400

    @Test("opens, never shows a value that was not written, and never loses one without saying so", arguments: Kept.allCases)
    func flipped(kept: Kept) async throws {
        let (original, expected) = try await Self.store(kept: kept)
        defer { original.remove() }
        let names = try FileManager.default.contentsOfDirectory(atPath: original.path).sorted()
        let name = try #require(names.first { $0.hasPrefix(kept == .inDayFiles ? "series-2023-11-13" : "journal-") })
        let size = try Damage.size(of: "\(original.path)/\(name)")
        var random = SeededGenerator(seed: 3)
        var faults: [String: [Int]] = [:]
        for _ in 0..<Self.places {
            let offset = Int.random(in: 0..<size, using: &random)
            let copy = try original.snapshot(for: "flip-\(offset)")
            try Damage.flip([offset], of: "\(copy.path)/\(name)")
            if let fault = await Self.fault(in: copy, expected: expected) { faults[fault, default: []].append(offset) }
            copy.remove()
        }
        for (fault, offsets) in faults {
            Issue.record(
                "\(offsets.count) of \(Self.places) flipped bytes of \(name) (\(size) bytes): \(fault), at \(offsets.sorted().prefix(20))")
        }
    }

    // MARK: - Private

    /// What is wrong with the store in `directory`; `nil` when it is whole, or lacks something and says so.
    private static func fault(in directory: RunDirectory, expected: NaiveStore.Content) async -> String? {
        do {
            let store = try open(directory)
            let found = try await store.select([], from: Timestamp(milliseconds: .min), through: Timestamp(milliseconds: .max))
            let status = store.status()
            await store.close()
            var count = 0
            for columns in found {
                guard let samples = expected[columns.labels] else { return "a series that was never written" }
                for (time, value) in zip(columns.timestamps, columns.values) {
                    guard samples[time] == SampleBits(value) else { return "a sample that was never written" }
                    count += 1
                }
                for point in columns.histograms {
                    guard samples[point.timestamp] == SampleBits(point.histogram) else { return "a histogram that was never written" }
                    count += 1
                }
            }
            let replay = status.replay.journal
            let isTold = !status.damagedFiles.isEmpty || status.damagedBlocks > 0 || !replay.damage.isEmpty || replay.tornBytes > 0
            let isWhole = count == expected.values.reduce(0) { $0 + $1.count }
            return isWhole || isTold ? nil : "samples are missing, and nothing is told"
        } catch {
            return "threw \(error)".replacingOccurrences(of: directory.path, with: "DIRECTORY")
        }
    }

    /// A store with a few series over two days; with what it holds.
    private static func store(kept: Kept) async throws -> (RunDirectory, NaiveStore.Content) {
        let directory = try RunDirectory(for: "flip")
        let store = try open(directory)
        var naive = NaiveStore()
        var random = SeededGenerator(seed: 4)
        var histograms = HistogramAuthor(seed: 4)
        for round in 0..<12 {
            var samples: [Sample] = []
            for (index, labels) in OddLabels.all.prefix(12).enumerated() {
                for step in 0..<40 {
                    let time = History.start - 86_400_000 * Int64(round % 2) + Int64(round * 40 + step) * 15_000
                    let timestamp = Timestamp(milliseconds: time)
                    if index == 11 {
                        samples.append(Sample(labels: labels, timestamp: timestamp, histogram: histograms.next()))
                        continue
                    }
                    let value = index % 3 == 0 ? Double(step * 100) : index % 3 == 1 ? Double.random(in: 0...1, using: &random) : 1
                    samples.append(Sample(labels: labels, timestamp: timestamp, value: value))
                }
            }
            try await store.append(samples)
            _ = naive.append(samples, at: Timestamp(milliseconds: History.start + 7_200_000))
            if kept == .inDayFiles { try await store.flush() }
        }
        await store.close()
        return (directory, naive.content)
    }

    private static func open(_ directory: RunDirectory) throws -> SeriesStore {
        try SeriesStore.open(
            directory: directory.path, world: World.manual(at: Timestamp(milliseconds: History.start + 7_200_000)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}
