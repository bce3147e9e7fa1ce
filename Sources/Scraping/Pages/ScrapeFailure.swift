import ExpositionFormat
import PostwatchModel

/// Why a target gave no samples.
public enum ScrapeFailure: Error, Hashable, Sendable {
    /// `reason` is the network's, TLS' or a secret's.
    case unreachable(reason: String)
    case timedOut(after: Duration)
    case refused(status: Int)
    /// `limit` in bytes.
    case pageTooLarge(limit: Int)
    /// Nothing says what the page is, and no `fallback_scrape_protocol` does.
    case unknownFormat(contentType: String)
    case malformedPage(ExpositionFault)
    /// The labels of a series make no sense.
    case malformedSeries(String)
    case tooManySamples(limit: Int)
    case tooManyLabels(series: String, count: Int, limit: Int)
    case labelNameTooLong(series: String, name: String, limit: Int)
    case labelValueTooLong(series: String, name: String, limit: Int)
    /// The job has more targets than it may.
    case tooManyTargets(count: Int, limit: Int)
    /// The samples were read, but could not be stored.
    case notStored(reason: String)
}

extension ScrapeFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreachable(let reason): reason
        case .timedOut(let timeout): "the target did not deliver its metrics within \(timeout.prometheusText)"
        case .refused(let status): "the target answered with HTTP status \(status)"
        case .pageTooLarge(let limit): "the page is larger than body_size_limit, \(limit) bytes"
        case .unknownFormat(let type):
            "the Content-Type \"\(type)\" is none that can be read; set fallback_scrape_protocol if the page is one of metrics"
        case .malformedPage(let fault): "\(fault)"
        case .malformedSeries(let series): "the labels of \(series) cannot be stored: a name is missing, empty or there twice"
        case .tooManySamples(let limit): "more samples than sample_limit, \(limit)"
        case .tooManyLabels(let series, let count, let limit): "\(count) labels, more than label_limit, \(limit): \(series)"
        case .labelNameTooLong(let series, let name, let limit):
            "the label name \(name) is longer than label_name_length_limit, \(limit): \(series)"
        case .labelValueTooLong(let series, let name, let limit):
            "the value of \(name) is longer than label_value_length_limit, \(limit): \(series)"
        case .tooManyTargets(let count, let limit): "\(count) targets, more than target_limit, \(limit)"
        case .notStored(let reason): "the samples could not be stored: \(reason)"
        }
    }
}
