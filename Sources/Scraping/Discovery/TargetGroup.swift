/// Targets that share labels, as a discovery found them.
public struct TargetGroup: Hashable, Sendable {
    /// `host:port`, each the `__address__` of a target.
    public var targets: [String]
    public var labels: [String: String]

    public init(targets: [String], labels: [String: String] = [:]) {
        self.targets = targets
        self.labels = labels
    }
}
