import PostwatchModel

/// What a store should hold, kept in the most obvious way: per series, time → every bit of the sample.
struct NaiveStore: Sendable {
    typealias Content = [LabelSet: [Int64: SampleBits]]

    /// Samples may be ahead of the clock by this.
    private static let tolerance = Duration.seconds(600)

    private(set) var content: Content = [:]

    /// Of two samples at one time the first stays, of whatever kind. Returns whether all were taken: none may lie far in the future.
    mutating func append(_ samples: [Sample], at now: Timestamp) -> Bool {
        let taken = samples.filter { $0.timestamp <= now + Self.tolerance }
        // Of a request, samples count before histograms.
        for sample in taken.filter({ $0.histogram == nil }) + taken.filter({ $0.histogram != nil })
        where content[sample.labels]?[sample.timestamp.milliseconds] == nil {
            content[sample.labels, default: [:]][sample.timestamp.milliseconds] = SampleBits(sample)
        }
        return taken.count == samples.count
    }

    mutating func delete(_ selection: Selection) {
        for (labels, samples) in content where selection.includes(labels) {
            content[labels] = samples.filter { !selection.includes($0.key) }
        }
    }

    func select(_ selection: Selection) -> Content {
        content.filter { selection.includes($0.key) }
            .mapValues { $0.filter { selection.includes($0.key) } }
            .filter { !$0.value.isEmpty }
    }
}
