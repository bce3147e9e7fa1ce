/// `left op right` with its modifiers.
struct BinaryOperation: Hashable, Sendable {
    enum Operator: String, Hashable, Sendable {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        case modulo = "%"
        case power = "^"
        case arcTangent = "atan2"
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case and
        case or
        case unless

        /// Higher binds tighter.
        var precedence: Int {
            switch self {
            case .or: 1
            case .and, .unless: 2
            case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: 3
            case .add, .subtract: 4
            case .multiply, .divide, .modulo, .arcTangent: 5
            case .power: 6
            }
        }

        var isComparison: Bool { precedence == 3 }
        var isSetOperator: Bool { precedence < 3 }
    }

    /// Which labels must agree for two elements to meet, and how many may meet one.
    struct Matching: Hashable, Sendable {
        enum Cardinality: Hashable, Sendable {
            case oneToOne
            /// `group_left`, with the labels to take over from the right.
            case manyToOne(include: [String])
            /// `group_right`, with the labels to take over from the left.
            case oneToMany(include: [String])
        }

        /// `on(…)` when true, `ignoring(…)` when false.
        var isOn = false
        var labels: [String] = []
        var cardinality = Cardinality.oneToOne
    }

    let operation: Operator
    let left: Expression
    let right: Expression
    /// `bool`: comparisons give 0 or 1 instead of filtering.
    let returnsBool: Bool
    let matching: Matching
}
