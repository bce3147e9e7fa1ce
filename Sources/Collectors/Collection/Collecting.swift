import PostwatchModel

/// Measures one thing on this node: the port between the agent's beat and what it looks at.
public protocol Collecting: Sendable {
    /// The value of the label `collector`, unique in a `CollectorSet`: `filesystem`, `postfix`.
    var name: String { get }
    /// Measures now; `moment` is when the round began, for ages. Must not block a thread of the cooperative pool:
    /// blocking work belongs into an `OffloadedCollector`.
    func collect(at moment: Timestamp) async throws(CollectionFailure) -> [Measurement]
    /// What is known in spite of a failure, such as `postfix_up 0`. Default: nothing.
    func measurements(after failure: CollectionFailure) -> [Measurement]
    /// What people should know of what was measured last, one sentence each: a certificate that has ended, a record that is missing. It is
    /// no failure, since the measuring went well. Default: nothing.
    var findings: [String] { get }
}

extension Collecting {
    public func measurements(after failure: CollectionFailure) -> [Measurement] { [] }
    public var findings: [String] { [] }
}
