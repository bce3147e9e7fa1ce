import PostwatchModel

/// How the last evaluation of a rule went.
public struct RuleHealth: Hashable, Sendable {
    /// `nil` before the first evaluation.
    public var lastEvaluation: Timestamp?
    /// `nil` when the last evaluation went well.
    public var lastError: RuleFailure?

    public init() {}

    /// `ok`, `err` or `unknown`, as Prometheus' API names it.
    public var name: String { lastEvaluation == nil ? "unknown" : lastError == nil ? "ok" : "err" }
}
