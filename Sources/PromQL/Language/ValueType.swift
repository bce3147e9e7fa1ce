/// What an expression of PromQL yields.
public enum ValueType: String, Hashable, Sendable {
    case scalar
    case string
    /// At most one sample per series.
    case instantVector = "instant vector"
    /// Any number of samples per series.
    case rangeVector = "range vector"

    /// Prometheus' name in its API: `scalar`, `string`, `vector`, `matrix`.
    public var interfaceName: String {
        switch self {
        case .scalar: "scalar"
        case .string: "string"
        case .instantVector: "vector"
        case .rangeVector: "matrix"
        }
    }
}
