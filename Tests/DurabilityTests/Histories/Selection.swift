import PostwatchModel

/// What a query or a deletion speaks of: some series, and a stretch of time.
struct Selection: Sendable, CustomStringConvertible {
    let matchers: [LabelMatcher]
    /// Milliseconds since the epoch, inclusive like `through`. May lie behind it: then nothing is meant.
    let from: Int64
    let through: Int64

    static let everything = Selection(matchers: [], from: .min, through: .max)

    func includes(_ labels: LabelSet) -> Bool { matchers.allSatisfy { $0.matches(labels) } }
    func includes(_ timestamp: Int64) -> Bool { from <= timestamp && timestamp <= through }

    var description: String {
        "{\(matchers.map(\.description).joined(separator: ", "))} from \(from) through \(through)"
    }
}
