import PostwatchModel

/// One expectation of a scenario that was not met.
public struct RuleTestFailure: Hashable, Sendable, CustomStringConvertible {
    public let file: String
    public let test: String
    /// The alert's name or the query.
    public let subject: String
    /// Counted from the start.
    public let time: Duration
    public let expected: [String]
    public let found: [String]

    public var description: String {
        let lines = { (items: [String]) in items.isEmpty ? "    nothing" : items.map { "    " + $0 }.joined(separator: "\n") }
        return "\(file): \(test): \(subject) at \(time.prometheusText)\n  expected:\n\(lines(expected))\n  found:\n\(lines(found))"
    }
}
