/// How far a query looks back and how much it may take.
public struct QueryLimits: Hashable, Sendable {
    /// An instant selector takes a sample that is younger than this. Default: 5 min.
    public var lookback: Duration
    /// Points per series of a range query. Default: 11,000.
    public var maximumPoints: Int
    /// Values that one query may hold at a time. Default: 50 million.
    public var maximumSamples: Int
    /// The step of a subquery that names none. Default: 1 min.
    public var defaultSubqueryStep: Duration

    public init(
        lookback: Duration = .seconds(300), maximumPoints: Int = 11_000, maximumSamples: Int = 50_000_000,
        defaultSubqueryStep: Duration = .seconds(60)
    ) {
        self.lookback = lookback
        self.maximumPoints = maximumPoints
        self.maximumSamples = maximumSamples
        self.defaultSubqueryStep = defaultSubqueryStep
    }
}
