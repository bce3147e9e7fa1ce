import Foundation
import PostwatchModel

/// How far the counts of classic buckets had to be lifted so that none is below that of a smaller bound.
struct MonotonicityRepair: Hashable, Sendable {
    /// Of the buckets that were lifted.
    var lowestBound: Double
    var highestBound: Double
    /// By which a bucket was below the one before it.
    var largestDrop: Double
    /// How many histograms this speaks of.
    var sampleCount = 1
    /// The evaluations they belong to; `nil` until the evaluator sets it.
    var times: ClosedRange<Timestamp>?

    /// Gathers the repairs of one expression, so that they are reported once.
    mutating func merge(_ other: MonotonicityRepair) {
        lowestBound = min(lowestBound, other.lowestBound)
        highestBound = max(highestBound, other.highestBound)
        largestDrop = max(largestDrop, other.largestDrop)
        sampleCount += other.sampleCount
        guard let otherTimes = other.times else { return }
        times = times.map { min($0.lowerBound, otherTimes.lowerBound)...max($0.upperBound, otherTimes.upperBound) } ?? otherTimes
    }

    /// What Prometheus adds to its words about it; empty while the times are not known.
    var text: String {
        guard let times else { return "" }
        return ", from buckets \(lowestBound.generalText) to \(highestBound.generalText), with a max diff of "
            + "\(String(format: "%.2g", largestDrop)), over \(sampleCount) samples from \(Self.seconds(times.lowerBound)) "
            + "to \(Self.seconds(times.upperBound))"
    }

    // MARK: - Private

    private static func seconds(_ time: Timestamp) -> String { String(time.rfc3339.prefix(19)) + "Z" }
}
