/// A target that was found, but is not scraped.
public struct DroppedTarget: Hashable, Sendable {
    /// Before relabelling.
    public var discoveredLabels: LabelSet
    public var scrapePool: String

    public init(discoveredLabels: LabelSet, scrapePool: String) {
        self.discoveredLabels = discoveredLabels
        self.scrapePool = scrapePool
    }
}
