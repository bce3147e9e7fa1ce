import Hummingbird
import PostwatchModel
import PostwatchRuntime
import PromQL
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("SmallQueries")
struct SmallQueriesTests {
    /// As many samples as are asked for, with a count of how often somebody asked.
    private struct Samples: SampleQuerying {
        let count: Int
        let readings = Shared(0)

        func select(_ selection: SampleSelection, _ take: (SampleBatch) throws -> Void) async throws {
            readings.withLock { $0 += 1 }
            var batch = SampleBatch()
            for number in 0..<count {
                batch.append(SeriesColumns(labels: ["__name__": "up", "n": "\(number)"], timestamps: [1000], values: [1]))
            }
            try take(batch)
        }
    }

    private func answer(_ query: String, of samples: Samples, _ small: SmallQueries) async throws -> QueryAnswer? {
        let query = try PromQLQuery(query)
        return try await small.answer(query, from: samples, limits: QueryLimits()) {
            try await $0.instantAnswer(query, at: Timestamp(milliseconds: 2000))
        }
    }

    @Test("what reads little is answered", arguments: ["up", "sum(up)", #"up{n!="0"}"#, "1 + 1"])
    func small(query: String) async throws {
        #expect(try await answer(query, of: Samples(count: 10), SmallQueries()) != nil)
    }

    @Test("what reads much is broken off, and not tried again", arguments: ["up", "sum(up)", "count_over_time(vector(1)[1d:1s])"])
    func large(query: String) async throws {
        let (samples, small) = (Samples(count: 3000), SmallQueries())
        #expect(try await answer(query, of: samples, small) == nil)
        let readings = samples.readings.value
        #expect(try await answer(query, of: samples, small) == nil)
        #expect(samples.readings.value == readings)
    }

    @Test("what may look at every value that there is, is not tried", arguments: [#"up{n=~".*1"}"#, #"up / {n="1", __name__!~"down"}"#])
    func expressions(query: String) async throws {
        let samples = Samples(count: 1)
        #expect(try await answer(query, of: samples, SmallQueries()) == nil)
        #expect(samples.readings.value == 0)
    }

    @Test("other faults are told")
    func faults() async throws {
        await #expect(throws: QueryFailure.self) {
            try await answer("up * ignoring(n) up", of: Samples(count: 2), SmallQueries())
        }
    }
}
