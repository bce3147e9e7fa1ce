import PostwatchModel

/// How the last evaluation of a rule went.
public struct RuleHealth: Hashable, Sendable {
    /// The planned time; `nil` before the first evaluation.
    public var lastEvaluation: Timestamp?
    /// `nil` when the last evaluation went well.
    public var lastError: RuleFailure?

    public init() {}

    public var status: RuleStatus.Health { lastEvaluation == nil ? .unknown : lastError == nil ? .good : .failing }
}
