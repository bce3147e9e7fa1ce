import Foundation
import PostwatchModel

/// One operation on two elements.
extension BinaryOperation {
    /// Arithmetic makes something else of a metric, and so does turning it into 0 or 1.
    var dropsName: Bool { returnsBool || operation.isArithmetic }

    /// One side is a vector, the other a scalar: rows follow from one other row each.
    var isElementwise: Bool { (left.type == .scalar) != (right.type == .scalar) }

    /// The side that is a vector, when the other one is a scalar.
    var vectorOperand: Expression? {
        isElementwise ? (left.type == .scalar ? right : left) : nil
    }

    /// Arithmetic; comparisons give 0 or 1.
    func compute(_ left: Double, _ right: Double) -> Double {
        switch operation {
        case .add: left + right
        case .subtract: left - right
        case .multiply: left * right
        case .divide: left / right
        case .modulo: fmod(left, right)
        case .power: pow(left, right)
        case .arcTangent: atan2(left, right)
        case .equal: left == right ? 1 : 0
        case .notEqual: left != right ? 1 : 0
        case .less: left < right ? 1 : 0
        case .lessOrEqual: left <= right ? 1 : 0
        case .greater: left > right ? 1 : 0
        case .greaterOrEqual: left >= right ? 1 : 0
        case .trimUpper, .trimLower: preconditionFailure("numbers have nothing to trim")
        case .and, .or, .unless: preconditionFailure("set operators have no arithmetic")
        }
    }

    /// Whether two numbers can be combined: histograms alone can be trimmed.
    var takesNumbers: Bool { operation != .trimUpper && operation != .trimLower }

    /// The result, `Row.absent` where a comparison filters. `kept` is what a comparison that holds yields.
    @inline(__always)
    func apply(_ left: Double, _ right: Double, kept: Double) -> Double {
        let value = compute(left, right)
        guard operation.isComparison && !returnsBool else { return value }
        return value == 1 ? kept : Row.absent
    }
}

extension Evaluator {
    /// The operation on two elements of which at least one is a histogram, or which numbers do not know. `nil` where nothing comes of it.
    func combine(_ operation: BinaryOperation, _ left: Element, _ right: Element, kept: Element) -> Element? {
        let result: Element?
        switch (left, right) {
        case (.number(let left), .number(let right)):
            if operation.takesNumbers {
                let value = operation.apply(left, right, kept: 1)
                if operation.isFilter { return value == 1 ? kept : nil }
                return .number(value)
            }
            result = incompatible(operation, "float", "float")
        case (.histogram(let left), .number(let right)):
            switch operation.operation {
            case .multiply: result = .histogram(left.times(right))
            case .divide: result = .histogram(left.dividedBy(right))
            case .trimUpper: result = .histogram(left.trimmed(keeping: .below, right))
            case .trimLower: result = .histogram(left.trimmed(keeping: .above, right))
            default: result = incompatible(operation, "histogram", "float")
            }
        case (.number(let left), .histogram(let right)):
            switch operation.operation {
            case .multiply: result = .histogram(right.times(left))
            default: result = incompatible(operation, "float", "histogram")
            }
        case (.histogram(let left), .histogram(let right)):
            switch operation.operation {
            case .add: result = outcome(left.plus(right), operation)
            case .subtract: result = outcome(left.minus(right), operation)
            case .equal, .notEqual:
                let holds = left.isSame(as: right) == (operation.operation == .equal)
                if operation.returnsBool { return .number(holds ? 1 : 0) }
                return holds ? kept : nil
            default: result = incompatible(operation, "histogram", "histogram")
            }
        }
        return result
    }

    // MARK: - Private

    private func incompatible(_ operation: BinaryOperation, _ left: String, _ right: String) -> Element? {
        report(
            .incompatibleTypes(left: left, operator: operation.operation.rawValue, right: right), metricName: "",
            at: Expression.binary(operation).range)
        return nil
    }

    private func outcome(_ outcome: HistogramOutcome, _ operation: BinaryOperation) -> Element? {
        for note in outcome.notes { report(note, metricName: "", at: Expression.binary(operation).range) }
        return outcome.histogram.map(Element.histogram)
    }
}

extension BinaryOperation.Operator {
    /// Gives something that was not measured. What is trimmed is still the same metric.
    var isArithmetic: Bool {
        switch self {
        case .add, .subtract, .multiply, .divide, .modulo, .power, .arcTangent: true
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .trimUpper, .trimLower, .and, .or, .unless: false
        }
    }
}

extension BinaryOperation {
    /// A comparison that lets elements pass or not.
    var isFilter: Bool { operation.isComparison && !returnsBool }
}
