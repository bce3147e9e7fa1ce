import PostwatchModel

/// One job of `scrape_configs`: which targets are scraped, and how.
/// Source: Prometheus documentation, "Configuration", `<scrape_config>`.
public struct ScrapeConfiguration: Sendable {
    /// More dropped targets of a job are not kept to be shown unless `shownDropped` says so.
    public static let standardShownDropped = 1000

    /// Also the name of its pool, and the `job` label unless relabelling says otherwise.
    public var jobName: String
    /// Default: 1 min.
    public var interval: Duration
    /// At most the interval. Default: 10 s.
    public var timeout: Duration
    /// Default: `/metrics`.
    public var metricsPath = "/metrics"
    /// Default: `http`.
    public var scheme = "http"
    /// Of the address that is asked, by name.
    public var parameters: [String: [String]] = [:]
    /// Whether labels of the page win over those of the target. Default: no, they become `exported_…`.
    public var honorsLabels = false
    /// Whether times that the page names are taken. Default: yes.
    public var honorsTimestamps = true
    /// Whether series with times of their own get stale markers too. Default: no.
    public var tracksTimestampStaleness = false
    /// Whether histograms that are native keep their classic buckets too. Default: no.
    public var keepsClassicBuckets = false
    /// Whether compressed pages are asked for. Default: yes.
    public var compresses = true
    /// What is asked for, most wanted first.
    public var protocols = ScrapeProtocol.standard
    /// Taken for pages that do not say what they are; `nil`: such a page is a failure.
    public var fallbackProtocol: ScrapeProtocol?
    public var access = HTTPAccess()
    public var limits = ScrapeLimits()
    /// How many targets that relabelling took out are kept to be shown. Default: `standardShownDropped`.
    public var shownDropped = standardShownDropped
    public var discoveries: [DiscoveryConfiguration] = []
    public var relabelRules: [RelabelRule] = []
    public var metricRelabelRules: [RelabelRule] = []

    public init(jobName: String, interval: Duration = .seconds(60), timeout: Duration = .seconds(10)) {
        self.jobName = jobName
        self.interval = interval
        self.timeout = timeout
    }
}

/// How much one target may deliver. 0: no limit, but for the size of a page.
public struct ScrapeLimits: Hashable, Sendable {
    /// No page may be larger unless `bodyBytes` says so: a hostile one must not fill the memory.
    public static let standardBodyBytes = 32 << 20

    /// Of an unpacked page. 0: `standardBodyBytes`.
    public var bodyBytes = 0
    /// After relabelling.
    public var samples = 0
    public var labels = 0
    public var labelNameLength = 0
    public var labelValueLength = 0
    /// Of a job. With more of them none is scraped.
    public var targets = 0

    public init() {}

    var effectiveBodyBytes: Int { bodyBytes > 0 ? bodyBytes : Self.standardBodyBytes }
}
