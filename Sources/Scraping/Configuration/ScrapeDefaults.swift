import PostwatchModel

/// What `global` says about scraping.
/// Source: Prometheus documentation, "Configuration", `<global>`.
public struct ScrapeDefaults: Sendable {
    /// Default: 1 min.
    public var interval = Duration.seconds(60)
    /// Default: 10 s.
    public var timeout = Duration.seconds(10)
    public var limits = ScrapeLimits()
    /// What is asked for, most wanted first; `nil`: `ScrapeProtocol.standard`.
    public var protocols: [ScrapeProtocol]?
    /// Whether protobuf, which alone has native histograms, is asked for first. Default: no.
    public var wantsNativeHistograms = false
    /// Whether histograms that are native keep their classic buckets too. Default: no.
    public var keepsClassicBuckets = false
    /// How many dropped targets of a job are kept to be shown. 0: `ScrapeConfiguration.standardShownDropped`.
    public var shownDropped = 0
    /// Labels that tell this instance from others. They are put on what leaves it, not on what is stored.
    public var externalLabels: [String: String] = [:]

    public init() {}

    /// Reads what the section `global` says about scraping; its other keys are read elsewhere.
    public init(_ global: ConfigurationSection) {
        interval = global.duration("scrape_interval", default: .seconds(60), atLeast: .milliseconds(100))
        timeout = global.duration("scrape_timeout", default: min(.seconds(10), interval), atLeast: .milliseconds(1))
        if timeout > interval {
            global.report("scrape_timeout", found: timeout.prometheusText, write: "at most the scrape interval")
        }
        externalLabels = global.textMap("external_labels")
        limits = ScrapeLimits(global, global: ScrapeLimits())
        protocols = ScrapeProtocol.readAll(global)
        wantsNativeHistograms = global.flag("scrape_native_histograms", default: false)
        keepsClassicBuckets = global.flag("always_scrape_classic_histograms", default: false)
        shownDropped = global.integer("keep_dropped_targets", default: 0, in: 0...Int.max)
        global.rejectOtherSchemes()
        global.rejectUnsupported(["scrape_failure_log_file": "nothing: failures are in the log and in /api/v1/targets"])
    }
}
