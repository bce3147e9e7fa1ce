/// How one scenario of a test file went.
public struct RuleTestOutcome: Hashable, Sendable {
    public let file: String
    /// As the file names it, or its number.
    public let name: String
    /// Empty: every expectation was met.
    public let failures: [RuleTestFailure]
}
