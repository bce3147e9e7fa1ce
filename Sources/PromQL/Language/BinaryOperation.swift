/// `left op right` with its modifiers.
struct BinaryOperation: Hashable, Sendable {
    enum Operator: String, Hashable, Sendable, CaseIterable {
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
        /// Takes the observations above a value out of a native histogram.
        case trimUpper = "</"
        /// Takes the observations below a value out of a native histogram.
        case trimLower = ">/"
        case and
        case or
        case unless

        /// Higher binds tighter.
        var precedence: Int {
            switch self {
            case .or: 1
            case .and, .unless: 2
            case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .trimUpper, .trimLower: 3
            case .add, .subtract: 4
            case .multiply, .divide, .modulo, .arcTangent: 5
            case .power: 6
            }
        }

        var isComparison: Bool {
            switch self {
            case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
            case .add, .subtract, .multiply, .divide, .modulo, .power, .arcTangent, .trimUpper, .trimLower, .and, .or, .unless: false
            }
        }

        var isSetOperator: Bool { precedence < 3 }
    }

    let operation: Operator
    /// Where the operator stands, without its modifiers.
    let operatorRange: SourceRange
    var left: Expression
    var right: Expression
    /// `bool`: comparisons give 0 or 1 instead of filtering.
    let returnsBool: Bool
    /// As by default when a scalar takes part.
    let matching: VectorMatching

    var type: ValueType { left.type == .scalar && right.type == .scalar ? .scalar : .instantVector }
}
