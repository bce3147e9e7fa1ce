/// `sum by (label) (expression)`
struct Aggregation: Hashable, Sendable {
    enum Operator: String, Hashable, Sendable, CaseIterable {
        case sum, avg, min, max, count, group, stddev, stdvar, topk, bottomk, quantile
        case countValues = "count_values"

        /// What the first of two arguments must be; `nil` when there is only one.
        var parameterType: ValueType? {
            switch self {
            case .topk, .bottomk, .quantile: .scalar
            case .countValues: .string
            case .sum, .avg, .min, .max, .count, .group, .stddev, .stdvar: nil
            }
        }
    }

    enum Grouping: Hashable, Sendable {
        case by([String])
        case without([String])
    }

    let operation: Operator
    let grouping: Grouping
    let parameter: Expression?
    let operand: Expression
}
