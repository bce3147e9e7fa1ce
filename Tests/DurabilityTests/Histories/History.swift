import PostwatchModel

/// A random life of a store: 60 to 100 operations that follow from a seed.
struct History: Sendable {
    /// 2023-11-14T12:00:00Z: when every history begins.
    static let start: Int64 = 1_699_963_200_000

    let operations: [Operation]

    init(seed: UInt64) {
        var author = HistoryAuthor(seed: seed)
        operations = author.operations()
    }

    init(_ operations: [Operation]) {
        self.operations = operations
    }
}
