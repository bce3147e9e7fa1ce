import Logging
import PostwatchModel
import PostwatchRuntime

/// The facts that scraping reports, for `Telemetry`.
public enum ScrapeFacts {
    public static let all: [any Fact.Type] = [
        TargetWentDown.self, TargetCameUp.self, ScrapesMissed.self, ScrapedSamplesLost.self, TargetDiscoveryFailed.self,
    ]
}

/// Told once, when a target that gave metrics, or a new one, gives none.
struct TargetWentDown: Fact {
    static let counter = "scrape_targets_lost"
    static let help = "Times that a target stopped giving metrics."
    static let level = Logger.Level.warning
    static let message: Logger.Message = "A target gives no metrics"
    let job: String
    let url: String
    let reason: String
    var metadata: Logger.Metadata { ["job": "\(job)", "url": "\(url)", "reason": "\(reason)"] }
}

/// A target that gave none gives metrics again.
struct TargetCameUp: Fact {
    static let counter = "scrape_targets_recovered"
    static let help = "Times that a target gave metrics again."
    static let level = Logger.Level.info
    static let message: Logger.Message = "A target gives metrics again"
    let job: String
    let url: String
    var metadata: Logger.Metadata { ["job": "\(job)", "url": "\(url)"] }
}

/// A scrape took longer than its interval.
struct ScrapesMissed: Fact {
    static let counter = "scrapes_delayed"
    static let help = "Scrapes that ended so late that at least one beat was left out."
    static let level = Logger.Level.warning
    static let message: Logger.Message = "Scrapes were left out because the one before was not done"
    let job: String
    let url: String
    let count: Int64
    var metadata: Logger.Metadata { ["job": "\(job)", "url": "\(url)", "missed": "\(count)"] }
}

/// A page was read, but its samples were not taken.
struct ScrapedSamplesLost: Fact {
    static let counter = "scraped_pages_lost"
    static let help = "Pages whose samples, or some of them, could not be stored."
    static let level = Logger.Level.error
    static let message: Logger.Message = "Scraped samples could not be stored"
    let job: String
    let url: String
    let reason: String
    var metadata: Logger.Metadata { ["job": "\(job)", "url": "\(url)", "reason": "\(reason)"] }
}

/// Targets could not be looked up: those found before stay.
struct TargetDiscoveryFailed: Fact {
    static let counter = "target_discoveries_failed"
    static let help = "Failed attempts to find the targets of a job."
    static let level = Logger.Level.warning
    static let message: Logger.Message = "Targets could not be discovered"
    let job: String
    let place: String
    let reason: String
    var metadata: Logger.Metadata { ["job": "\(job)", "place": "\(place)", "reason": "\(reason)"] }
}
