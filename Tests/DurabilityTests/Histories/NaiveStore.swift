import PostwatchModel

/// What a store should hold, kept in the most obvious way: per series, time → bits of the value.
struct NaiveStore: Sendable {
    typealias Content = [LabelSet: [Int64: UInt64]]

    private(set) var content: Content = [:]

    /// Of two samples at one time the first stays.
    mutating func append(_ samples: [Sample]) {
        for sample in samples where content[sample.labels]?[sample.timestamp.milliseconds] == nil {
            content[sample.labels, default: [:]][sample.timestamp.milliseconds] = sample.value.bitPattern
        }
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
