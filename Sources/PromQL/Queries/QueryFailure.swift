/// Why a query that parsed gave no answer.
public enum QueryFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The question itself is wrong: a step of 0, an end before the start.
    case badRequest(String)
    /// More points per series than one answer may have.
    case tooManyPoints(limit: Int)
    /// The query would hold more values in memory than it may.
    case tooManySamples(limit: Int)
    /// The data do not allow the operation: two series with the same labels, an ambiguous match.
    case execution(String)
    /// The caller gave the query less time than it took.
    case timedOut
    case canceled
    /// The samples could not be read.
    case storage(String)

    /// Prometheus' names for kinds of failure.
    /// Source: Prometheus documentation, "HTTP API", "Format overview".
    public enum Kind: String, Hashable, Sendable {
        case badData = "bad_data"
        case execution, timeout, canceled, `internal`
    }

    public var kind: Kind {
        switch self {
        case .badRequest, .tooManyPoints: .badData
        case .tooManySamples, .execution: .execution
        case .timedOut: .timeout
        case .canceled: .canceled
        case .storage: .internal
        }
    }

    public var description: String {
        switch self {
        case .badRequest(let reason), .execution(let reason): reason
        case .tooManyPoints(let limit):
            "exceeded maximum resolution of \(limit) points per series; try decreasing the query resolution (?step=XX)"
        case .tooManySamples(let limit): "query processing would load too many samples into memory: more than \(limit)"
        case .timedOut: "query timed out"
        case .canceled: "query was canceled"
        case .storage(let reason): "samples could not be read: \(reason)"
        }
    }
}
