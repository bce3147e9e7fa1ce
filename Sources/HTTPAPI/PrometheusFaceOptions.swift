import PostwatchModel
import PromQL

/// What Prometheus has flags for.
public struct PrometheusFaceOptions: Sendable {
    public var limits: QueryLimits
    /// What a query may take at most. Default: 2 min.
    public var queryTimeout: Duration
    /// Admits what Prometheus calls experimental functions and modifiers. Default: no.
    public var allowsExperimental: Bool
    /// Whether anybody who reaches the server may delete series and make snapshots. Default: no.
    public var isAdministrationEnabled: Bool
    /// Whether anybody who reaches the server may make it read its configuration anew. Default: no.
    public var isLifecycleEnabled: Bool
    /// Added to what is federated.
    public var externalLabels: LabelSet
    /// Of which origins pages in a browser may read the API. `nil`: none but our own.
    public var origins: AnchoredPattern?

    public init(
        limits: QueryLimits = QueryLimits(), queryTimeout: Duration = .seconds(120), allowsExperimental: Bool = false,
        isAdministrationEnabled: Bool = false, isLifecycleEnabled: Bool = false, externalLabels: LabelSet = LabelSet(),
        origins: AnchoredPattern? = nil
    ) {
        self.limits = limits
        self.queryTimeout = queryTimeout
        self.allowsExperimental = allowsExperimental
        self.isAdministrationEnabled = isAdministrationEnabled
        self.isLifecycleEnabled = isLifecycleEnabled
        self.externalLabels = externalLabels
        self.origins = origins
    }
}
