/// What an expression of PromQL yields.
public enum ValueType: String, Hashable, Sendable {
    case scalar
    case string
    /// At most one sample per series.
    case instantVector = "instant vector"
    /// Any number of samples per series.
    case rangeVector = "range vector"
}
