import PostwatchModel
import Synchronization

/// Samples that remember what was read of them: that is what an evaluation is explained by.
final class WitnessedSamples: SampleQuerying {
    private let base: any SampleQuerying
    private let seriesLimit: Int
    private let noted = Mutex<[RuleReading]>([])

    /// - Parameter seriesLimit: so many series of each selector are remembered with their newest sample.
    init(_ base: any SampleQuerying, seriesLimit: Int) {
        self.base = base
        self.seriesLimit = seriesLimit
    }

    var exactSince: Timestamp { base.exactSince }

    func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws {
        var reading = RuleReading(selection)
        try await base.select(selection) { batch in
            reading.note(batch, keeping: seriesLimit)
            try take(batch)
        }
        noted.withLock { $0.append(reading) }
    }

    /// In an order that does not depend on that of the reading. The same selector with other times has a key of its own.
    func readings() -> [RuleReading] {
        var readings = noted.withLock { $0 }.sorted { ($0.selector, $0.from, $0.through) < ($1.selector, $1.from, $1.through) }
        for index in readings.indices.dropFirst() where readings[index].selector == readings[index - 1].selector {
            let number = (readings[index - 1].key.split(separator: "#").last.flatMap { Int($0) } ?? 1) + 1
            readings[index].key = "\(readings[index].selector)#\(number)"
        }
        return readings
    }
}
