import PostwatchModel

/// The answer to a query.
public enum QueryResult: Hashable, Sendable {
    case scalar(Double, at: Timestamp)
    case string(String, at: Timestamp)
    /// In the order of `sort` and `topk`, else in no particular order.
    case vector([VectorElement])
    /// Sorted by labels. Never holds stale markers.
    case matrix([SeriesColumns])

    /// What a rule makes of the answer: the elements of a vector, or a scalar as one element without labels; else `nil`.
    public var elements: [VectorElement]? {
        switch self {
        case .vector(let elements): elements
        case .scalar(let value, let timestamp): [VectorElement(labels: LabelSet(), timestamp: timestamp, value: value)]
        case .string, .matrix: nil
        }
    }
}
