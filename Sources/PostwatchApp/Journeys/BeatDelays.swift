import PostwatchModel
import Synchronization

/// How late journeys start after their beat: a late beat is our fault, and makes the platform look better than it is.
final class BeatDelays: Sendable {
    /// Upper bounds in seconds.
    private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]

    private struct Counts {
        /// One for each bound, and one for what is beyond.
        var buckets = Array(repeating: 0.0, count: bounds.count + 1)
        var sum = 0.0
    }

    private let counts = Mutex(Counts())

    func observe(_ delay: Duration) {
        let seconds = max(0, delay.seconds)
        counts.withLock { counts in
            counts.buckets[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
            counts.sum += seconds
        }
    }

    /// `postwatch_journey_beat_delay_seconds` as a classic histogram.
    func samples(labels: LabelSet, at now: Timestamp) -> [Sample] {
        let (buckets, sum) = counts.withLock { ($0.buckets, $0.sum) }
        let name = "postwatch_journey_beat_delay_seconds"
        func sample(_ suffix: String, _ value: Double, _ more: LabelSet = [:]) -> Sample {
            Sample(labels: labels.merging(more).merging([LabelSet.metricNameLabel: name + suffix]), timestamp: now, value: value)
        }
        var total = 0.0
        var samples: [Sample] = []
        for (bound, count) in zip(Self.bounds.map { "\($0)" } + ["+Inf"], buckets) {
            total += count
            samples.append(sample("_bucket", total, ["le": bound]))
        }
        return samples + [sample("_sum", sum), sample("_count", total)]
    }
}
