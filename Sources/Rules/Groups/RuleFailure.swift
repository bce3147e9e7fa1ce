import PostwatchModel
import PromQL

/// Why a rule could not be judged. Its alerts stay as they are: not knowing is not the same as being well.
public enum RuleFailure: Error, Hashable, Sendable, CustomStringConvertible {
    case query(QueryFailure)
    /// Two elements would become the same alert or series.
    case repeatedLabels(LabelSet)
    /// More alerts or series than the group's `limit`.
    case limitExceeded(found: Int, limit: Int)

    public var description: String {
        switch self {
        case .query(let failure): failure.description
        case .repeatedLabels(let labels): "vector contains metrics with the same labelset after applying rule labels: \(labels)"
        case .limitExceeded(let found, let limit): "exceeded limit of \(limit) with \(found) alerts or series"
        }
    }
}
