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
    /// The answer says that it is compressed with gzip or deflate, and is not, or ends too early.
    case unpackable(isTruncated: Bool)
    /// The answer is compressed in a way that was not asked for.
    case unknownCompression(String)
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

    /// A series has more labels, or longer ones, than it may have.
    var isOfLabelLimits: Bool {
        switch self {
        case .tooManyLabels, .labelNameTooLong, .labelValueTooLong: true
        case .unreachable, .timedOut, .refused, .pageTooLarge, .unpackable, .unknownCompression, .unknownFormat, .malformedPage,
            .malformedSeries, .tooManySamples, .tooManyTargets, .notStored:
            false
        }
    }
}

extension ScrapeFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreachable(let reason): reason
        case .timedOut(let timeout): "no complete answer within \(timeout.prometheusText); look at the target, or raise scrape_timeout"
        case .refused(let status): Self.text(status)
        case .pageTooLarge(let limit): "the answer is longer than body_size_limit (\(ByteCountText.text(limit)))"
        case .unpackable(let isTruncated):
            (isTruncated
                ? "the answer ends in the middle of what is compressed" : "the answer says that it is compressed, but cannot be unpacked")
                + "; mend the target, or set enable_compression: false"
        case .unknownCompression(let name):
            "the answer is compressed with \(name), which was not asked for; mend the target, or set enable_compression: false"
        case .unknownFormat(let type):
            "the Content-Type \"\(type)\" is none that can be read; set fallback_scrape_protocol if the page is one of metrics"
        case .malformedPage(let fault): "the page cannot be read: \(fault)"
        case .malformedSeries(let series): "the labels of \(series) cannot be stored: a name is missing, empty or there twice"
        case .tooManySamples(let limit): "the page has more samples than sample_limit, \(limit)"
        case .tooManyLabels(let series, let count, let limit): "\(count) labels, more than label_limit, \(limit): \(series)"
        case .labelNameTooLong(let series, let name, let limit):
            "the label name \(name) is longer than label_name_length_limit, \(limit): \(series)"
        case .labelValueTooLong(let series, let name, let limit):
            "the value of \(name) is longer than label_value_length_limit, \(limit): \(series)"
        case .tooManyTargets(let count, let limit):
            "the job has \(count) targets, more than target_limit, \(limit); none of them is scraped"
        case .notStored(let reason): "the samples could not be stored: \(reason)"
        }
    }

    // MARK: - Private

    private static func text(_ status: Int) -> String {
        let advice: String? =
            switch status {
            case 300..<400: "it redirects, which follow_redirects does not allow"
            case 401, 403: "set basic_auth or authorization, or correct what they say"
            case 404, 410: "correct metrics_path"
            case 406: "correct scrape_protocols"
            case 400..<500: "correct the address and its params"
            case 500...: "look into the target's own log"
            default: nil
            }
        return "the target answered with HTTP status \(status)" + (advice.map { "; \($0)" } ?? "")
    }
}
