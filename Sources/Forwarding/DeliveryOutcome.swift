import PostwatchModel

/// What became of one request, by the rules of remote write 1.0.
enum DeliveryOutcome: Hashable, Sendable {
    case delivered
    /// The receiver or the way to it is in trouble: the same request is sent again.
    case retry(reason: String, after: Duration?)
    /// The receiver will never take this request.
    case refused(reason: String)

    /// - Parameters:
    ///   - retryAfter: the header's text; only seconds are understood, not dates.
    ///   - message: the start of the body, for people.
    ///   - strangeness: what it means that the server knows nothing of the address; said in place of its own words.
    init(status: Int, retryAfter: String?, message: String, strangeness: String? = nil) {
        let reason = message.isEmpty ? "status \(status)" : "status \(status): \(message)"
        let wait = retryAfter.flatMap { Int64($0) }.map { Duration.seconds(max(0, $0)) }
        switch status {
        case 200..<300: self = .delivered
        // The request itself is at fault: malformed, too large, of a kind that is not understood.
        case 400, 413, 415, 422: self = .refused(reason: reason)
        // One that says the same each time, so that it is told once.
        case 404, 405, 501: self = .retry(reason: strangeness.map { "\($0) (status \(status))" } ?? reason, after: wait)
        // Everything else passes, or is mended by an operator: a wrong address, a token that ran out. Nothing is lost until then, where
        // the specification would allow to drop it. A redirection is not followed: the address is to be corrected.
        default: self = .retry(reason: reason, after: wait)
        }
    }
}
