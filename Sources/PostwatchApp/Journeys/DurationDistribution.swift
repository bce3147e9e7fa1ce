import Foundation
import PostwatchModel

/// How long something took, over all times that it was done: a native histogram that only grows. Each bucket is 9 % wider than the one below.
struct DurationDistribution: Sendable {
    private static let schema: Int32 = 3
    /// What is shorter cannot be told apart.
    private static let shortest = 1e-6

    private var buckets: [Int32: Double] = [:]
    private var zeroCount = 0.0
    private var count = 0.0
    private var sum = 0.0

    mutating func observe(_ duration: Duration) {
        let seconds = max(0, duration.seconds)
        count += 1
        sum += seconds
        if seconds <= Self.shortest {
            zeroCount += 1
        } else {
            buckets[Int32((log2(seconds) * Double(1 << Self.schema)).rounded(.up)), default: 0] += 1
        }
    }

    var histogram: NativeHistogram {
        var histogram = NativeHistogram(
            schema: Self.schema, zeroThreshold: Self.shortest, zeroCount: zeroCount, count: count, sum: sum)
        var next: Int32?
        for (index, count) in buckets.sorted(by: { $0.key < $1.key }) {
            if let next, next == index {
                histogram.positiveSpans[histogram.positiveSpans.count - 1].length += 1
            } else {
                histogram.positiveSpans.append(.init(offset: index - (next ?? 0), length: 1))
            }
            histogram.positiveBuckets.append(count)
            next = index + 1
        }
        return histogram
    }
}
