/// `sum by (label) (expression)`
struct Aggregation: Hashable, Sendable {
    enum Operator: String, Hashable, Sendable, CaseIterable {
        case sum, avg, min, max, count, group, stddev, stdvar, topk, bottomk, quantile
        case countValues = "count_values"
        case limitK = "limitk"
        case limitRatio = "limit_ratio"

        /// What the first of two arguments must be; `nil` when there is only one.
        var parameterType: ValueType? {
            switch self {
            case .topk, .bottomk, .quantile, .limitK, .limitRatio: .scalar
            case .countValues: .string
            case .sum, .avg, .min, .max, .count, .group, .stddev, .stdvar: nil
            }
        }

        var isExperimental: Bool { self == .limitK || self == .limitRatio }
    }

    enum Grouping: Hashable, Sendable {
        /// All elements are one group when there are no labels.
        case by([String])
        case without([String])
    }

    let operation: Operator
    let grouping: Grouping
    var parameter: Expression?
    var operand: Expression
    let range: SourceRange
}
