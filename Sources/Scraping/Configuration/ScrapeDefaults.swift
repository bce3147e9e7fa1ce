import PostwatchModel

/// What `global` says about scraping.
/// Source: Prometheus documentation, "Configuration", `<global>`.
public struct ScrapeDefaults: Sendable {
    /// Default: 1 min.
    public var interval = Duration.seconds(60)
    /// Default: 10 s.
    public var timeout = Duration.seconds(10)
    public var limits = ScrapeLimits()
    /// Labels that tell this instance from others. They are put on what leaves it, not on what is stored.
    public var externalLabels: [String: String] = [:]

    public init() {}

    /// Reads `scrape_interval`, `scrape_timeout`, `external_labels` and the limits of the section `global`, whose other keys are read
    /// elsewhere.
    public init(_ global: ConfigurationSection) {
        interval = global.duration("scrape_interval", default: .seconds(60), atLeast: .milliseconds(100))
        timeout = global.duration("scrape_timeout", default: min(.seconds(10), interval), atLeast: .milliseconds(1))
        if timeout > interval {
            global.report("scrape_timeout", found: timeout.prometheusText, write: "at most the scrape interval")
        }
        externalLabels = global.textMap("external_labels")
        limits = ScrapeLimits(global, global: ScrapeLimits())
    }
}
