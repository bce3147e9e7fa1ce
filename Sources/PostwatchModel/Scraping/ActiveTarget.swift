/// A target that is scraped.
public struct ActiveTarget: Hashable, Sendable {
    public enum Health: String, Hashable, Sendable {
        case up, down, unknown
    }

    /// Before relabelling.
    public var discoveredLabels: LabelSet
    public var labels: LabelSet
    public var scrapePool: String
    public var scrapeURL: String
    /// The same as others reach it.
    public var globalURL: String
    /// Empty when there was none.
    public var lastError: String
    /// `nil` before the first.
    public var lastScrape: Timestamp?
    public var lastScrapeDuration: Duration
    public var health: Health
    public var scrapeInterval: Duration
    public var scrapeTimeout: Duration

    public init(
        discoveredLabels: LabelSet, labels: LabelSet, scrapePool: String, scrapeURL: String, globalURL: String, lastError: String = "",
        lastScrape: Timestamp? = nil, lastScrapeDuration: Duration = .zero, health: Health = .unknown, scrapeInterval: Duration,
        scrapeTimeout: Duration
    ) {
        self.discoveredLabels = discoveredLabels
        self.labels = labels
        self.scrapePool = scrapePool
        self.scrapeURL = scrapeURL
        self.globalURL = globalURL
        self.lastError = lastError
        self.lastScrape = lastScrape
        self.lastScrapeDuration = lastScrapeDuration
        self.health = health
        self.scrapeInterval = scrapeInterval
        self.scrapeTimeout = scrapeTimeout
    }
}
