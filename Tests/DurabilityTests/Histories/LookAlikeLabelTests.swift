import Logging
import PostwatchModel
import PostwatchRuntime
import TestSupport
import Testing

@testable import SeriesStore

/// Swift takes texts for equal that look the same; to Prometheus, and on the wire, labels are bytes.
@Suite("Series whose labels look alike")
struct LookAlikeLabelTests {
    @Test("stay apart when their bytes differ, in memory and in day files")
    func bytesTellSeriesApart() async throws {
        let composed = LabelSet(metric: "m", ["s": "caf\u{E9}"])
        let decomposed = LabelSet(metric: "m", ["s": "cafe\u{301}"])
        let directory = try RunDirectory(for: "look-alike")
        defer { directory.remove() }
        let start = Timestamp(milliseconds: History.start)
        let store = try SeriesStore.open(
            directory: directory.path, world: .manual(at: start), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        for age in [0, 200_000_000] as [Int64] {
            let time = Timestamp(milliseconds: History.start - age)
            try await store.append([
                Sample(labels: composed, timestamp: time, value: 1), Sample(labels: decomposed, timestamp: time, value: 2),
            ])
        }
        for isFlushed in [false, true] {
            if isFlushed { try await store.flush() }
            let found = try await store.select([], from: Timestamp(milliseconds: .min), through: start)
            let values = found.map { columns in "\(Array((columns.labels["s"] ?? "").utf8)) \(columns.values)" }
            #expect(
                Set(values) == ["\(Array("caf\u{E9}".utf8)) [1.0, 1.0]", "\(Array("cafe\u{301}".utf8)) [2.0, 2.0]"],
                isFlushed ? "after a flush" : "before it")
        }
        await store.close()
    }
}
