/// Tells what is scraped: the port between scraping and those who show it.
public protocol TargetReporting: Sendable {
    /// The names of the scrape configurations.
    func scrapePools() async -> [String]
    func activeTargets() async -> [ActiveTarget]
    /// Those that relabelling took out.
    func droppedTargets() async -> [DroppedTarget]
    /// What each target exposed on its last page: its labels, and what it said of its metric families, by their names.
    func targetMetadata() async -> [(labels: LabelSet, families: [String: MetricMetadata])]
}

/// Nothing is scraped.
public struct NoTargets: TargetReporting {
    public init() {}

    public func scrapePools() async -> [String] { [] }
    public func activeTargets() async -> [ActiveTarget] { [] }
    public func droppedTargets() async -> [DroppedTarget] { [] }
    public func targetMetadata() async -> [(labels: LabelSet, families: [String: MetricMetadata])] { [] }
}
