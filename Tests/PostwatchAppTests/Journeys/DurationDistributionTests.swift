import PostwatchModel
import Testing

@testable import PostwatchApp

@Suite("DurationDistribution")
struct DurationDistributionTests {
    @Test("each duration is counted in the bucket that ends at or above it, and spans lead to it")
    func buckets() {
        var distribution = DurationDistribution()
        for duration in [Duration.seconds(1), .seconds(1), .milliseconds(1050), .seconds(2), .zero] { distribution.observe(duration) }
        let histogram = distribution.histogram
        #expect(histogram.schema == 3 && histogram.count == 5 && histogram.zeroCount == 1)
        #expect(abs(histogram.sum - 5.05) < 1e-9)
        // Bucket 0 ends at 1 s, bucket 1 at 1.09 s, bucket 8 at 2 s.
        #expect(histogram.positiveSpans == [.init(offset: 0, length: 2), .init(offset: 6, length: 1)])
        #expect(histogram.positiveBuckets == [2, 1, 1])
    }

    @Test("beats that are late are counted below each bound that they keep")
    func delays() throws {
        let delays = BeatDelays()
        for delay in [Duration.zero, .milliseconds(40), .seconds(9)] { delays.observe(delay) }
        let samples = delays.samples(labels: ["vantage": "dublin"], at: Timestamp(seconds: 1))
        func value(_ bound: String) -> Double? { samples.first { $0.labels["le"] == bound }?.value }
        #expect(value("0.001") == 1 && value("0.05") == 2 && value("5.0") == 2 && value("+Inf") == 3)
        #expect(samples.last?.labels.metricName == "postwatch_journey_beat_delay_seconds_count" && samples.last?.value == 3)
    }
}
