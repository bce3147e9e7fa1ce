import Logging
import PostwatchModel
import PostwatchRuntime

/// The facts that scraping reports, for `Telemetry`.
public enum ScrapeFacts {
    public static let all: [any Fact.Type] = [
        TargetWentDown.self, TargetStaysDown.self, TargetCameUp.self, ScrapesMissed.self, ScrapesPunctual.self, ScrapedSamplesLost.self,
        ScrapedSamplesKept.self, TargetDiscoveryFailed.self, TargetDiscoverySucceeded.self,
    ]
}

/// A target that gave metrics, or a new one, gives none. Told when it begins.
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

/// A target still gives no metrics: told once an hour, and when there is another reason.
struct TargetStaysDown: Fact {
    static let counter = "scrape_targets_reminders"
    static let help = "Reminders of targets that still give no metrics, or give none for another reason."
    static let level = Logger.Level.warning
    static let message: Logger.Message = "A target still gives no metrics"
    let job: String
    let url: String
    let reason: String
    let span: FaultTracker.Span
    var metadata: Logger.Metadata { ["job": "\(job)", "url": "\(url)", "reason": "\(reason)"].merging(span.metadata) { own, _ in own } }
}

/// A target that gave none gives metrics again.
struct TargetCameUp: Fact {
    static let counter = "scrape_targets_recovered"
    static let help = "Times that a target gave metrics again."
    static let level = Logger.Level.info
    static let message: Logger.Message = "A target gives metrics again"
    let job: String
    let url: String
    let span: FaultTracker.Span
    var metadata: Logger.Metadata { ["job": "\(job)", "url": "\(url)"].merging(span.metadata) { own, _ in own } }
}

/// A scrape took longer than its interval. Each is counted.
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

/// Scrapes that were late end in time again.
struct ScrapesPunctual: Fact {
    static let counter = "scrapes_delays_ended"
    static let help = "Times that scrapes which left out beats ended in time again."
    static let level = Logger.Level.info
    static let message: Logger.Message = "No more scrapes are left out"
    let job: String
    let url: String
    let span: FaultTracker.Span
    var metadata: Logger.Metadata { ["job": "\(job)", "url": "\(url)"].merging(span.metadata) { own, _ in own } }
}

/// A page was read, but its samples were not taken. Each is counted.
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

/// Samples of a target are taken again.
struct ScrapedSamplesKept: Fact {
    static let counter = "scraped_pages_losses_ended"
    static let help = "Times that the samples of a target were stored again after some had been lost."
    static let level = Logger.Level.info
    static let message: Logger.Message = "Scraped samples are stored again"
    let job: String
    let url: String
    let span: FaultTracker.Span
    var metadata: Logger.Metadata { ["job": "\(job)", "url": "\(url)"].merging(span.metadata) { own, _ in own } }
}

/// Targets could not be looked up: those found before stay. Each attempt is counted.
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

/// Targets that could not be looked up are found again.
struct TargetDiscoverySucceeded: Fact {
    static let counter = "target_discoveries_recovered"
    static let help = "Times that targets were found again where they could not be."
    static let level = Logger.Level.info
    static let message: Logger.Message = "Targets are discovered again"
    let job: String
    let place: String
    let span: FaultTracker.Span
    var metadata: Logger.Metadata { ["job": "\(job)", "place": "\(place)"].merging(span.metadata) { own, _ in own } }
}

extension FaultTracker.Span {
    /// Since when, and how often until now.
    fileprivate var metadata: Logger.Metadata { ["since": "\(since.rfc3339)", "times": "\(times)"] }
}
